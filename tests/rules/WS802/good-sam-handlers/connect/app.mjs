import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

const table = new DynamoDBClient({});

export const handler = async (event) => {
  const { connectionId } = event.requestContext;
  await table.send(new PutItemCommand({ TableName: "connections", Item: { id: { S: connectionId } } }));
  return { statusCode: 200 };
};
