from bedrock_agentcore import BedrockAgentCoreApp

app = BedrockAgentCoreApp()


@app.websocket
async def talk(websocket, context):
    await websocket.accept()
    while True:
        await websocket.send_json({"said": await websocket.receive_text()})


if __name__ == "__main__":
    app.run()
