import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";

const table = new DynamoDBClient({});
export const everyConnection = async () => (await table.send(new ScanCommand({ TableName: "c" }))).Items.map((item) => item.id.S);
