import { ApiGatewayManagementApi } from "@aws-sdk/client-apigatewaymanagementapi";

const gateway = new ApiGatewayManagementApi({ endpoint: process.env.ENDPOINT });

export const handler = async (event) => {
  await gateway.postToConnection({ ConnectionId: event.requestContext.connectionId, Data: "heard" });
  return { statusCode: 200 };
};
