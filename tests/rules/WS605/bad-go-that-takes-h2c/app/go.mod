module chat

go 1.24

require (
	github.com/gorilla/websocket v1.5.3
	golang.org/x/net v0.35.0
)
