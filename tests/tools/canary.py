"""Checks that every alarm of a canary can begin while the canary lasts, that both functions have one, and that there is
an earlier version to go back to."""

import json
import re

from emulated import ALL, translated

# How long the metrics of Lambda and API Gateway may take until CloudWatch has them.
LATE = 120


def seconds_of(alarm):
    """How long after the first fault the alarm begins, at most: the fault is at the start of a period."""
    either = alarm["Metrics"]["Fn::If"][1:] if "Fn::If" in alarm["Metrics"] else [alarm["Metrics"]]
    periods = [metric["MetricStat"]["Period"] for metrics in either for metric in metrics if "MetricStat" in metric]
    return max(periods) * alarm["DatapointsToAlarm"] + LATE


def check_versions():
    """A version that is deleted, or replaced since its settings are others, is kept: there is something to go back to."""
    for name, of in translated({})["Resources"].items():
        if of["Type"] == "AWS::Lambda::Version":
            kept = (of.get("DeletionPolicy"), of.get("UpdateReplacePolicy"))
            assert kept == ("Retain", "Retain"), f"{name}: {kept}"


def check_canary():
    resources = translated(ALL)["Resources"]
    groups = [of["Properties"] for of in resources.values() if of["Type"] == "AWS::CodeDeploy::DeploymentGroup"]
    assert len(groups) == 2, groups
    everything = ""
    for group in groups:
        config = json.dumps(group["DeploymentConfigName"])
        minutes = int(re.search(r"Canary\d+Percent(\d+)Minutes", config)[1])
        condition, watching, _ = group["AlarmConfiguration"]["Fn::If"]
        assert condition == "HasCanaryDeployments" and watching["Enabled"], watching
        names = [each["Name"]["Ref"] for each in watching["Alarms"]]
        alarms = {name: resources[name]["Properties"] for name in names}
        for name, alarm in alarms.items():
            needs = seconds_of(alarm)
            assert needs <= minutes * 60, f"{name} needs {needs} s, and the canary lasts {minutes * 60} s"
        assert "5xx" in json.dumps(alarms), "a version that answers 5xx is not taken back"
        everything += json.dumps(alarms)
    for name in ("ActionLinkFunction", "BookingLinksFunction"):
        [version] = [id_ for id_, of in resources.items() if id_.startswith(f"{name}Version") and of["Type"] == "AWS::Lambda::Version"]
        of_version = json.dumps({"Name": "ExecutedVersion", "Value": {"Fn::GetAtt": [version, "Version"]}})
        assert of_version in everything, f"the errors of the new version of {name} are not watched"
    print(f"canary: {', '.join(names)} can begin within its {minutes} minutes")
