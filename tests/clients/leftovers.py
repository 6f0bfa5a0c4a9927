"""What there is, by every list that EC2 has: the same before something is made and after it is gone."""

import contextlib

with contextlib.suppress(ModuleNotFoundError):
    import awscli  # noqa: F401  brings a botocore of its own
from botocore import session, xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

#: AWS shows these for a while after they are gone.
GONE = {"deleted", "terminated", "cancelled", "failed"}
#: When it was asked changes these by themselves.
ASKED = {"ResponseMetadata", "NextToken"}


def client(endpoint, region="us-east-1"):
    """EC2 without retries; every pair of keys is accepted."""
    return session.Session().create_client(
        "ec2",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 1}),
    )


def everything(ec2, among=None):
    """The answer of each list that wants no parameter, by operation, without what is gone and its tags; of some of them
    where they are named."""
    found, gone = {}, set()
    model = ec2.meta.service_model
    for name in sorted(among or model.operation_names):
        shape = model.operation_model(name).input_shape
        if not name.startswith("Describe") or shape.required_members:
            continue
        try:
            answer = getattr(ec2, xform_name(name))()
        except ClientError as error:
            # Some want one parameter of several, or have one thing to tell that is not there.
            answer = {"refused": error.response["Error"]["Code"]}
            if answer["refused"] == "NotImplemented":
                continue
        found[name] = there({key: value for key, value in answer.items() if key not in ASKED}, gone)
    found["DescribeTags"]["Tags"] = [tag for tag in found["DescribeTags"]["Tags"] if tag["ResourceId"] not in gone]
    return found


def there(value, gone):
    """The value without members that are gone, whose ids are gathered."""
    if isinstance(value, list):
        for one in filter(is_gone, value):
            gone.update(ids(one))
        return [there(one, gone) for one in value if not is_gone(one)]
    if isinstance(value, dict):
        return {key: there(one, gone) for key, one in value.items()}
    return value


def ids(one):
    """Every id in it."""
    for key, value in one.items():
        if key.endswith("Id"):
            yield value
        for inner in value if isinstance(value, list) else []:
            if isinstance(inner, dict):
                yield from ids(inner)


def is_gone(one):
    """Whether its state says so. A reservation goes with its last instance."""
    if not isinstance(one, dict):
        return False
    if "Instances" in one and "ReservationId" in one:
        return all(is_gone(instance) for instance in one["Instances"])
    state = one.get("State", one.get("Status", one.get("VpcEndpointState")))
    state = state.get("Name", state.get("Code")) if isinstance(state, dict) else state
    return isinstance(state, str) and state.lower() in GONE
