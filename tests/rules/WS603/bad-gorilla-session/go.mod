module example.com/board

go 1.23

require (
	github.com/gorilla/sessions v1.4.0
	github.com/gorilla/websocket v1.5.3
)
