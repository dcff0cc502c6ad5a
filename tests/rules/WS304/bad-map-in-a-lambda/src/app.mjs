import { ApiGatewayManagementApi } from "@aws-sdk/client-apigatewaymanagementapi";

const names = new Map();

export const handler = async (event) => {
  const { connectionId, routeKey, domainName, stage } = event.requestContext;
  if (routeKey === "$connect") names.set(connectionId, event.queryStringParameters.name);
  if (routeKey === "$disconnect") names.delete(connectionId);
  if (routeKey === "$default") {
    const gateway = new ApiGatewayManagementApi({ endpoint: `https://${domainName}/${stage}` });
    await Promise.all([...names.keys()].map((id) => gateway.postToConnection({ ConnectionId: id, Data: event.body })));
  }
  return { statusCode: 200 };
};
