package main

import (
	"log"
	"net/http"

	"example.com/board/internal/live"
)

func main() {
	hub := live.NewHub()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ws", hub.Handle)
	log.Fatal(http.ListenAndServe(":8080", mux))
}
