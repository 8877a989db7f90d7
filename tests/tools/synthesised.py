"""What a CDK app was synthesised to, run on this machine: its tables in a local engine, and its functions under AWS's
Runtime Interface Emulator, with the code and the environment that the template gives them.
"""

import json
import pathlib

import boto3
import runtime
from boto3.dynamodb.types import TypeSerializer

PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::URLSuffix": "amazonaws.com",
}


class Synthesised:
    """The one stack in a folder such as `cdk.out`. Its resources have their logical ids as names, after `prefix`."""

    def __init__(self, folder, prefix):
        self.folder, self.prefix = pathlib.Path(folder), prefix
        [template] = self.folder.glob("*.template.json")
        self.resources = json.loads(template.read_text())["Resources"]
        [assets] = self.folder.glob("*.assets.json")
        self.assets = json.loads(assets.read_text())["files"]

    def resolved(self, value):
        """A value with its references resolved."""
        if isinstance(value, list):
            return [self.resolved(each) for each in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(function, of)] = value.items()
            if function == "Ref":
                return PSEUDO.get(of) or self.prefix + of
            if function == "Fn::GetAtt":
                return self.attribute(*of)
            if function == "Fn::Join":
                return of[0].join(self.resolved(of[1]))
            assert not function.startswith("Fn::"), f"{function} is not resolved here"
        return {name: self.resolved(each) for name, each in value.items()}

    def attribute(self, name, attribute):
        kind = self.resources[name]["Type"]
        assert (kind, attribute) == ("AWS::ApiGatewayV2::Api", "ApiEndpoint"), f"{name}.{attribute} is not resolved here"
        return f"https://{self.prefix}{name}.execute-api.eu-west-1.amazonaws.com".lower()

    def make_tables(self, client):
        """Creates each table of the template in the engine, as the template defines it."""
        known = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")
        for name, resource in self.resources.items():
            if resource["Type"] == "AWS::DynamoDB::Table":
                given = {key: self.resolved(of) for key, of in resource["Properties"].items() if key in known}
                client.create_table(TableName=self.prefix + name, **given)

    def named(self, value, kind):
        """The resource of a type that a value refers to."""
        [name] = [name for name, of in self.resources.items() if of["Type"] == kind and f'"{name}"' in json.dumps(value)]
        return self.resources[name]["Properties"]

    def function_of(self, route):
        """The function that gets the requests of a route: by its integration, and the alias that this invokes."""
        [target] = [
            of["Properties"]["Target"]
            for of in self.resources.values()
            if of["Type"] == "AWS::ApiGatewayV2::Route" and of["Properties"]["RouteKey"] == route
        ]
        integration = self.named(target, "AWS::ApiGatewayV2::Integration")
        alias = self.named(integration["IntegrationUri"], "AWS::Lambda::Alias")
        return self.named(alias["FunctionName"], "AWS::Lambda::Function")

    def bootstrap(self, function):
        """The program of a function, in the asset that the stack would upload."""
        [source] = [
            of["source"]["path"]
            for name, of in self.assets.items()
            if function["Code"]["S3Key"] in {target["objectKey"] for target in of["destinations"].values()}
        ]
        return self.folder / source / "bootstrap"


class Running:
    """The functions of a synthesised app, beside an engine that has its tables."""

    def __init__(self, app, engine, folder):
        """`engine` is the environment of a function beside it, of which the app's own settings are replaced."""
        self.app, self.emulator = app, runtime.emulator(folder)
        self.aws = {name: value for name, value in engine.items() if name.startswith("AWS_")}
        self.client = boto3.client(
            "dynamodb", endpoint_url=engine["AWS_ENDPOINT_URL_DYNAMODB"], region_name=engine["AWS_REGION"],
            aws_access_key_id=engine["AWS_ACCESS_KEY_ID"], aws_secret_access_key=engine["AWS_SECRET_ACCESS_KEY"],
        )
        app.make_tables(self.client)

    def settings(self, route):
        """The environment that the template gives the function of a route."""
        return self.app.resolved(self.app.function_of(route)["Environment"]["Variables"])

    def put(self, table, item):
        """Puts an item of strings, lists and maps into the table that a setting names."""
        name = self.settings("ANY /v2/bookings")[table]
        self.client.put_item(TableName=name, Item={key: TypeSerializer().serialize(value) for key, value in item.items()})

    def request(self, route, path, query, headers):
        """The answer to a request that the gateway sends on a route."""
        function = self.app.function_of(route)
        env = self.aws | self.app.resolved(function["Environment"]["Variables"])
        return runtime.invoke(self.emulator, self.app.bootstrap(function), env, runtime.event(path, query, headers))
