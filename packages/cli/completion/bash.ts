/**
 * What bash evaluates. Our own instead of the library's, which needs the package bash-completion, cannot be sourced twice, never leaves files to
 * the shell, and hands what is typed to `eval`, so that a Tab behind `$(…)` runs it. Written for bash 3.2, which macOS has.
 */
export const bashScript = `# bash completion for lanyard
_lanyard() {
	local line=\${COMP_LINE:0:COMP_POINT} words word
	read -ra words <<<"$line"
	[[ $line == *[[:space:]] ]] && words+=("")
	local current=\${words[\${#words[@]}-1]}
	# A flag and its value are two words to bash, which puts in the second; so are the parts between colons.
	[[ $current == --*=* && $COMP_WORDBREAKS == *=* ]] && current=\${current#*=}
	local kept=""
	[[ $COMP_WORDBREAKS == *:* ]] && kept=\${current%"\${current##*:}"}
	COMPREPLY=()
	while IFS= read -r word; do
		if [[ $word == :* ]]; then
			[[ $word == :4 ]] && compopt +o default 2>/dev/null
			continue
		fi
		word=\${word%%$'\\t'*}
		[[ $word == "$current"* ]] && COMPREPLY+=("\${word#"$kept"}")
	done < <("\${words[0]}" complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -o default -F _lanyard lanyard
`;
