package main

import (
	"net/http"

	"github.com/gorilla/websocket"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/h2c"
)

var upgrader = websocket.Upgrader{}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/ws", func(w http.ResponseWriter, r *http.Request) {
		socket, err := upgrader.Upgrade(w, r, nil)
		if err == nil {
			defer socket.Close()
		}
	})
	http.ListenAndServe(":3000", h2c.NewHandler(mux, &http2.Server{}))
}
