import versions from '../versions.json' with { type: 'json' };

export { versions };
