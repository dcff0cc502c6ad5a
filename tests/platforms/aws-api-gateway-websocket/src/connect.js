export const handler = async (event) => {
  const { connectionId, routeKey } = event.requestContext;
  console.log(routeKey, connectionId);
  return { statusCode: 200 };
};
