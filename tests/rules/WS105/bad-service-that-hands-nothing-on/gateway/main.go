package main

import "net/http"

func main() {
	http.HandleFunc("/calls/", func(answer http.ResponseWriter, request *http.Request) {
		answer.Write([]byte("no call here"))
	})
	http.ListenAndServe(":8080", nil)
}
