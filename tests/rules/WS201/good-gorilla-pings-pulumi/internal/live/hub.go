package live

import (
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

const (
	pongWait   = 40 * time.Second
	pingPeriod = (pongWait * 6) / 10
)

var upgrader = websocket.Upgrader{}

type Hub struct{}

func NewHub() *Hub { return &Hub{} }

func (h *Hub) Handle(w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	go keepAlive(conn)
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			return
		}
	}
}

func keepAlive(conn *websocket.Conn) {
	ticker := time.NewTicker(pingPeriod)
	defer ticker.Stop()
	for range ticker.C {
		if conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second)) != nil {
			return
		}
	}
}
