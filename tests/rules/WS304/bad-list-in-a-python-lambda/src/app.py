import json

import boto3

connections = []


def handler(event, context):
    place = event["requestContext"]
    connection_id = place["connectionId"]
    if place["routeKey"] == "$connect":
        connections.append(connection_id)
        return {"statusCode": 200}
    gateway = boto3.client("apigatewaymanagementapi", endpoint_url=f"https://{place['domainName']}/{place['stage']}")
    for one in connections:
        gateway.post_to_connection(ConnectionId=one, Data=json.dumps(event["body"]))
    return {"statusCode": 200}
