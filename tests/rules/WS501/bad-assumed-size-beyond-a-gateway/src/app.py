import json

import boto3

table = boto3.resource("dynamodb").Table("connections")


def handler(event, context):
    place = event["requestContext"]
    connection_id = place["connectionId"]
    if place["routeKey"] == "$connect":
        table.put_item(Item={"id": connection_id})
        return {"statusCode": 200}
    gateway = boto3.client("apigatewaymanagementapi", endpoint_url=f"https://{place['domainName']}/{place['stage']}")
    for one in [item["id"] for item in table.scan()["Items"]]:
        gateway.post_to_connection(ConnectionId=one, Data=json.dumps(event["body"]))
    return {"statusCode": 200}
