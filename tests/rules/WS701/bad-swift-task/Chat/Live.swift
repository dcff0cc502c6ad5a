import Foundation
import SwiftUI

final class Live: ObservableObject {
    private var task: URLSessionWebSocketTask?

    func open() {
        let address = ProcessInfo.processInfo.environment["SOCKET_URL"] ?? "ws://localhost:8080/ws"
        task = URLSession.shared.webSocketTask(with: URL(string: address)!)
        task?.resume()
        listen()
    }

    private func listen() {
        task?.receive { [weak self] result in
            switch result {
            case .success: self?.listen()
            case .failure(let error): print(error)
            }
        }
    }
}
