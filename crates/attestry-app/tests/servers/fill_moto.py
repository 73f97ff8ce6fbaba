"""Fills a moto server with users, keys, factors, policies, trails and log files; prints the reader's access key."""

import gzip
import json
import pathlib
import sys
import urllib.request

import boto3

ENDPOINT = sys.argv[1]
HERE = pathlib.Path(__file__).parent
ACCOUNT = "123456789012"
EVERYTHING = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)


def client(service, region="us-east-1"):
    return boto3.client(
        service,
        endpoint_url=ENDPOINT,
        region_name=region,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


iam, s3, trail = client("iam"), client("s3"), client("cloudtrail")


def user(name, password=False, factor=False, keys=0, tags=()):
    iam.create_user(UserName=name, Tags=[{"Key": key, "Value": value} for key, value in tags])
    if password:
        iam.create_login_profile(UserName=name, Password="Correct-Horse-9", PasswordResetRequired=False)
    if factor:
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name.split("@")[0])
        iam.enable_mfa_device(
            UserName=name,
            SerialNumber=device["VirtualMFADevice"]["SerialNumber"],
            AuthenticationCode1="123456",
            AuthenticationCode2="234567",
        )
    return [iam.create_access_key(UserName=name)["AccessKey"] for _ in range(keys)]


iam.create_group(GroupName="administrators")
iam.attach_group_policy(
    GroupName="administrators", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
)
user("ada@example.com", password=True, factor=True, keys=1)
iam.add_user_to_group(GroupName="administrators", UserName="ada@example.com")
user("grace", password=True)
iam.put_user_policy(UserName="grace", PolicyName="everything & more", PolicyDocument=EVERYTHING)
user("lin", password=True, factor=True, tags=[("email", "Lin@example.com"), ("team", "R&D <core>")])
own = iam.create_policy(PolicyName="own-everything", PolicyDocument=EVERYTHING)["Policy"]["Arn"]
deploy = user("deploy-bot", keys=2, tags=[("owner", "ada@example.com")])
iam.attach_user_policy(UserName="deploy-bot", PolicyArn=own)
iam.update_access_key(UserName="deploy-bot", AccessKeyId=deploy[1]["AccessKeyId"], Status="Inactive")
for number in range(20):
    user(f"worker-{number:02}")

[reader] = user("attestry", keys=1)
policy = iam.create_policy(PolicyName="attestry-reader", PolicyDocument=(HERE / "reader.json").read_text())
iam.attach_user_policy(UserName="attestry", PolicyArn=policy["Policy"]["Arn"])
[short] = user("attestry-short", keys=1)
less = json.loads((HERE / "reader.json").read_text())
less["Statement"][0]["Action"] = [
    action
    for action in less["Statement"][0]["Action"]
    if action not in ("iam:ListMFADevices", "iam:GetCredentialReport", "cloudtrail:GetTrailStatus")
]
policy = iam.create_policy(PolicyName="attestry-short", PolicyDocument=json.dumps(less))
iam.attach_user_policy(UserName="attestry-short", PolicyArn=policy["Policy"]["Arn"])

s3.create_bucket(Bucket="audit-logs")
trail.create_trail(
    Name="main",
    S3BucketName="audit-logs",
    IsMultiRegionTrail=True,
    EnableLogFileValidation=True,
    KmsKeyId="arn:aws:kms:us-east-1:123456789012:key/1",
)
trail.start_logging(Name="main")
trail.create_trail(Name="partial", S3BucketName="audit-logs", IncludeGlobalServiceEvents=False)
trail.put_event_selectors(
    TrailName="partial", EventSelectors=[{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]
)


def log(day, number, region="us-east-1"):
    records = [
        {
            "eventVersion": "1.11",
            "eventID": f"{region}-{day}-{number}-{index}",
            "eventTime": f"2026-01-{day:02}T10:{number % 60:02}:{index:02}Z",
            "eventSource": "iam.amazonaws.com",
            "eventName": "ListUsers",
            "awsRegion": region,
            "eventType": "AwsApiCall",
            "recipientAccountId": ACCOUNT,
            "userIdentity": {"type": "IAMUser", "userName": "grace", "arn": f"arn:aws:iam::{ACCOUNT}:user/grace"},
            "sourceIPAddress": "192.0.2.1",
            "userAgent": "aws-cli",
        }
        for index in range(3)
    ]
    key = (
        f"trails/AWSLogs/{ACCOUNT}/CloudTrail/{region}/2026/01/{day:02}/"
        f"{ACCOUNT}_CloudTrail_{region}_202601{day:02}T10{number % 60:02}Z_{number:016}.json.gz"
    )
    s3.put_object(Bucket="audit-logs", Key=key, Body=gzip.compress(json.dumps({"Records": records}).encode()))


for number in range(1003):
    log(2, number)
for day in (1, 3, 4, 5):
    log(day, 0)
log(2, 0, region="eu-central-1")
digest = f"trails/AWSLogs/{ACCOUNT}/CloudTrail-Digest/us-east-1/2026/01/02/"
digest += f"{ACCOUNT}_CloudTrail-Digest_us-east-1_main_us-east-1_20260102T110000Z.json.gz"
s3.put_object(Bucket="audit-logs", Key=digest, Body=gzip.compress(b"{}"))
s3.put_object(Bucket="audit-logs", Key="trails/AWSLogs/readme & notes.txt", Body=b"not a log")

# From here on every call needs a valid signature and the right to make it.
request = urllib.request.Request(f"{ENDPOINT}/moto-api/reset-auth", data=b"0", headers={"content-type": "text/plain"})
urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request)
print(reader["AccessKeyId"], reader["SecretAccessKey"], short["AccessKeyId"], short["SecretAccessKey"])
