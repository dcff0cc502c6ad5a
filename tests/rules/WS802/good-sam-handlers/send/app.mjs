import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";

export const handler = async (event) => {
  const { domainName, stage, connectionId } = event.requestContext;
  const gateway = new ApiGatewayManagementApiClient({ endpoint: `https://${domainName}/${stage}` });
  await gateway.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: JSON.parse(event.body).data }));
  return { statusCode: 200 };
};
