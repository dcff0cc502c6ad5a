import { ApiGatewayManagementApi } from "@aws-sdk/client-apigatewaymanagementapi";
import { everyConnection } from "./table.mjs";

export const handler = async (event) => {
  const { connectionId, domainName, stage } = event.requestContext;
  const gateway = new ApiGatewayManagementApi({ endpoint: `https://${domainName}/${stage}` });
  const others = new Set();
  for (const id of await everyConnection()) if (id !== connectionId) others.add(id);
  await Promise.all([...others].map((id) => gateway.postToConnection({ ConnectionId: id, Data: event.body })));
  return { statusCode: 200 };
};
