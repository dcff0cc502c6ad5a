import boto3

table = boto3.resource("dynamodb").Table("connections")


def connect(event, context):
    table.put_item(Item={"id": event["requestContext"]["connectionId"]})
    return {"statusCode": 200}
