package main

import (
	"net/http"

	"github.com/coder/websocket"
)

func main() {
	http.Handle("/", http.FileServer(http.Dir("static")))
	http.HandleFunc("/ws", func(w http.ResponseWriter, r *http.Request) {
		socket, err := websocket.Accept(w, r, &websocket.AcceptOptions{OriginPatterns: []string{"localhost:*", "admin.acme.org"}})
		if err != nil {
			return
		}
		defer socket.CloseNow()
	})
	http.ListenAndServe(":8080", nil)
}
