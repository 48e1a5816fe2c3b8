package main

import (
	"net/http"
	"strings"
	"sync"
)

// An exchange is what a library sent and got, as the wire has it.
type exchange struct {
	method, path, query string
	sent, got           http.Header
	status              int
}

// A recorder notes every exchange of a library, so that a requirement can be held against more than what the library tells.
type recorder struct {
	mutex     sync.Mutex
	exchanges []exchange
}

func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.exchanges = append(r.exchanges, exchange{
		method: request.Method, path: request.URL.Path, query: request.URL.RawQuery,
		sent: request.Header.Clone(), got: response.Header.Clone(), status: response.StatusCode,
	})
	return response, nil
}

func (r *recorder) forget() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.exchanges = nil
}

// last gives the youngest exchange with this method and this in its path or query; refusals for want of a token, which a library answers itself, are left out.
func (r *recorder) last(method, part string) exchange {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for at := len(r.exchanges) - 1; at >= 0; at-- {
		one := r.exchanges[at]
		if one.method == method && one.status != http.StatusUnauthorized && strings.Contains(one.path+"?"+one.query, part) {
			return one
		}
	}
	return exchange{got: http.Header{}, sent: http.Header{}}
}
