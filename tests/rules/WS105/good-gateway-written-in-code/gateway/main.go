package main

import (
	"net/http"
	"net/http/httputil"
)

func main() {
	proxy := &httputil.ReverseProxy{Rewrite: func(request *httputil.ProxyRequest) {
		request.Out.URL.Scheme, request.Out.URL.Host = "http", instanceOf(request.In.URL.Path)
	}}
	http.ListenAndServe(":8080", proxy)
}
