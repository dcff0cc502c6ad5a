import { iot, mqtt } from "aws-iot-device-sdk-v2";

const config = iot.AwsIotMqttConnectionConfigBuilder.new_with_websockets({ region: "eu-central-1" })
  .with_clean_session(true)
  .with_client_id("browser")
  .with_endpoint(import.meta.env.VITE_IOT_ENDPOINT)
  .build();

const connection = new mqtt.MqttClient().new_connection(config);
await connection.connect();
