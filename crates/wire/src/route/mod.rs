//! Which API and operation a request is for.
//!
//! One endpoint serves every API. The credential scope names the service; without one, the target header, the
//! `Action` and `Version` of a form, or nothing at all (which is S3) do. The order of the questions is that of the
//! wire chapter, section 4.2.

mod host;
mod rest;
mod rpc;

pub use host::{Hosts, S3Host};
pub use rest::match_path;

use crate::codec::Form;
use crate::{Fault, Head, receiver, sender};
use foldhash::{HashMap, HashMapExt};
use http::Method;
use percent_encoding::percent_decode_str;
use rest::RestTable;
use shape::{ApiMeta, OperationMeta, Protocol};

/// Where every path of S3 Control begins.
const S3_CONTROL_PATH: &str = "/v20180820/";

/// Finds operations. Built once.
pub struct Router {
    hosts: Hosts,
    by_signing_name: HashMap<&'static str, Signed>,
    by_target: HashMap<&'static str, &'static ApiMeta>,
    by_action: HashMap<(&'static str, &'static str), Route>,
    rest: HashMap<&'static str, RestTable>,
    s3: Option<&'static ApiMeta>,
    s3control: Option<&'static ApiMeta>,
}

/// The APIs whose requests are signed with one name.
#[derive(Default)]
struct Signed {
    /// Those that send forms: the form says which.
    forms: Vec<&'static ApiMeta>,
    /// The one that does not; its path says so where there are forms beside it (`iam-toolbox` is signed as `iam`).
    other: Option<&'static ApiMeta>,
}

/// An operation, found.
#[derive(Clone, Debug)]
pub struct Route {
    /// The API.
    pub api: &'static ApiMeta,
    /// The operation.
    pub operation: &'static OperationMeta,
    /// How the client speaks, and is answered: the API's own protocol, or one that the request names.
    pub protocol: Protocol,
    /// The path's labels, still percent-encoded.
    pub labels: Vec<(&'static str, String)>,
}

/// How far the head alone leads.
#[derive(Debug)]
pub enum Step {
    /// To the operation.
    Found(Route),
    /// The operation stands in the form: read the body and call [`Router::route_form`].
    NeedsForm,
    /// A browser asks before it sends a request to a bucket or an object (CORS preflight).
    Preflight(Place),
    /// A browser looks at the website of a bucket.
    Website(Place),
}

/// Where in S3 a browser is, other than by an operation of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The bucket's name, decoded; empty where none is named.
    pub bucket: String,
    /// The key of an object in it, encoded as it was sent; `None` where none is named.
    pub key: Option<String>,
}

/// A request that leads to no operation, and how its client speaks.
#[derive(Debug)]
pub struct Unrouted {
    /// The protocol to answer in.
    pub protocol: Protocol,
    /// The API, where it is known.
    pub api: Option<&'static ApiMeta>,
    /// What to answer.
    pub fault: Fault,
}

impl Route {
    /// A route in the API's own protocol.
    pub fn new(api: &'static ApiMeta, operation: &'static OperationMeta) -> Self {
        Self { api, operation, protocol: api.protocol, labels: Vec::new() }
    }

    /// The same with the labels of the path.
    #[must_use]
    pub fn labelled(self, labels: Vec<(&'static str, String)>) -> Self {
        Self { labels, ..self }
    }
}

impl Router {
    /// A router over these APIs.
    pub fn new(apis: &[&'static ApiMeta], hosts: Hosts) -> Self {
        let mut router = Self {
            hosts,
            by_signing_name: HashMap::new(),
            by_target: HashMap::new(),
            by_action: HashMap::new(),
            rest: HashMap::new(),
            s3: apis.iter().find(|api| api.id == "s3").copied(),
            s3control: apis.iter().find(|api| api.id == "s3control").copied(),
        };
        for &api in apis {
            let signed = router.by_signing_name.entry(api.signing_name).or_default();
            match api.protocol {
                Protocol::Ec2 | Protocol::Query => signed.forms.push(api),
                Protocol::Json | Protocol::Cbor | Protocol::RestJson | Protocol::RestXml => {
                    signed.other.get_or_insert(api);
                }
            }
            match api.protocol {
                Protocol::Json | Protocol::Cbor => {
                    if let Some(prefix) = api.target_prefix {
                        router.by_target.insert(prefix, api);
                    }
                }
                Protocol::Ec2 | Protocol::Query => {
                    for &operation in api.operations {
                        router.by_action.insert((operation.name, api.version), Route::new(api, operation));
                    }
                }
                Protocol::RestJson | Protocol::RestXml => {
                    router.rest.insert(api.id, RestTable::new(api));
                }
            }
        }
        router
    }

    /// The bucket that the request's host names, if any.
    pub fn s3_host(&self, host: &str) -> S3Host {
        self.hosts.s3(host)
    }

    /// Routes by the head. `service` is the service of the credential scope, where the request is signed.
    pub fn route(&self, head: &Head, service: Option<&str>) -> Result<Step, Unrouted> {
        let is_s3 = service.is_some_and(|service| service.starts_with("s3"));
        if !is_s3 && rpc::speaks_cbor(head) {
            return self.route_rpc(head).map(Step::Found);
        }
        match service {
            Some("s3" | "s3-object-lambda" | "s3-outposts") => self.route_s3(head, service),
            // Access points of directory buckets are S3 Control's, signed for the other service.
            Some("s3express") if head.path.starts_with(S3_CONTROL_PATH) => self.route_s3(head, service),
            Some("s3express") => self.route_directory(head).map(Step::Found),
            Some(service) => self.route_scope(head, service),
            None => self.route_unsigned(head),
        }
    }

    fn route_scope(&self, head: &Head, service: &str) -> Result<Step, Unrouted> {
        let Some(Signed { forms, other }) = self.by_signing_name.get(service) else {
            return Err(unknown_service(head, service));
        };
        let named = |api: &&ApiMeta| self.rest.get(api.id).is_some_and(|table| table.begins(&head.path));
        let Some(api) = other.filter(|api| forms.is_empty() || named(api)) else {
            return Ok(Step::NeedsForm);
        };
        match api.protocol {
            Protocol::Ec2 | Protocol::Query => Ok(Step::NeedsForm),
            Protocol::Json | Protocol::Cbor => self.route_target(head, Some(api)).map(Step::Found),
            Protocol::RestJson | Protocol::RestXml => self.route_rest(head, api).map(Step::Found),
        }
    }

    fn route_unsigned(&self, head: &Head) -> Result<Step, Unrouted> {
        if head.headers.contains_key("x-amz-target") {
            return self.route_target(head, None).map(Step::Found);
        }
        let is_form = head.header("content-type").is_some_and(|value| {
            value.trim().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded")
        });
        let query = head.query.as_deref().unwrap_or_default();
        let has_action = query.split('&').any(|pair| pair.starts_with("Action="));
        if (head.method == Method::POST && is_form && head.path == "/") || has_action {
            return Ok(Step::NeedsForm);
        }
        self.route_s3(head, None)
    }

    /// How the client of a form speaks, before the form is read.
    pub fn form_protocol(&self, service: Option<&str>) -> (Protocol, Option<&'static ApiMeta>) {
        let [api, rest @ ..] = self.forms(service) else { return (Protocol::Query, None) };
        // Two APIs under one name: which it is stands in the form.
        (api.protocol, rest.is_empty().then_some(*api))
    }

    /// The APIs of forms that are signed so.
    fn forms(&self, service: Option<&str>) -> &[&'static ApiMeta] {
        let signed = service.and_then(|service| self.by_signing_name.get(service));
        signed.map_or(&[], |signed| signed.forms.as_slice())
    }

    /// Routes a form: body or query string. `service` as in [`Router::route`].
    pub fn route_form(&self, form: &Form<'_>, service: Option<&str>) -> Result<Route, Unrouted> {
        let action = form.get("Action").unwrap_or_default();
        let version = form.get("Version").unwrap_or_default();
        if let Some(route) = self.by_action.get(&(action, version)) {
            return Ok(route.clone());
        }
        let candidates = self.forms(service);
        // A client with another API version: the action decides, where the service leaves no doubt.
        if let [api] = candidates
            && let Some(route) = self.by_action.get(&(action, api.version))
        {
            return Ok(route.clone());
        }
        let api = candidates.iter().find(|api| api.version == version).or(candidates.first()).copied();
        let protocol = api.map_or(Protocol::Query, |api| api.protocol);
        let fault = match (action, api) {
            ("", _) => sender(400, "MissingAction", "Missing required header for this request: Action"),
            // Recorded from EC2; the other query services name the version too.
            (action, Some(api)) if api.protocol == Protocol::Ec2 => sender(
                400,
                "InvalidAction",
                format!("The action {action} is not valid for this web service."),
            ),
            (action, Some(_)) => sender(
                400,
                "InvalidAction",
                format!("Could not find operation {action} for version {version}"),
            ),
            (action, None) => not_implemented(service.unwrap_or("unknown"), action),
        };
        Err(Unrouted { protocol, api, fault })
    }

    fn route_target(&self, head: &Head, scoped: Option<&'static ApiMeta>) -> Result<Route, Unrouted> {
        let target = head.header("x-amz-target").unwrap_or_default();
        let (prefix, name) = target.rsplit_once('.').unwrap_or(("", target));
        let api = self.by_target.get(prefix).copied().or(scoped);
        let operation = api.and_then(|api| find(api, name));
        match (api, operation) {
            (Some(api), Some(operation)) => Ok(Route::new(api, operation)),
            (Some(api), None) => {
                let fault = sender(400, "UnknownOperationException", "");
                Err(Unrouted { protocol: Protocol::Json, api: Some(api), fault })
            }
            (None, _) => {
                Err(Unrouted { protocol: Protocol::Json, api: None, fault: not_implemented(prefix, name) })
            }
        }
    }

    /// Smithy RPC v2: service and operation stand in the path, whatever the API's own protocol is.
    fn route_rpc(&self, head: &Head) -> Result<Route, Unrouted> {
        let protocol = Protocol::Cbor;
        let Some((service, name)) = rpc::service_and_operation(&head.path) else {
            let fault = sender(404, "UnknownOperationException", "");
            return Err(Unrouted { protocol, api: None, fault });
        };
        let Some(api) = self.by_target.get(service).copied() else {
            return Err(Unrouted { protocol, api: None, fault: not_implemented(service, name) });
        };
        match find(api, name) {
            Some(operation) => Ok(Route { protocol, ..Route::new(api, operation) }),
            None => {
                let fault = sender(404, "UnknownOperationException", "");
                Err(Unrouted { protocol, api: Some(api), fault })
            }
        }
    }

    fn route_rest(&self, head: &Head, api: &'static ApiMeta) -> Result<Route, Unrouted> {
        let table = self.rest.get(api.id);
        if let Some((operation, labels)) = table.and_then(|table| table.find(head, &head.path)) {
            return Ok(Route::new(api, operation).labelled(labels));
        }
        let sentence = format!("Unable to determine service/operation name to be authorized: {}", head.path);
        let fault = sender(404, "UnknownOperationException", sentence);
        Err(Unrouted { protocol: api.protocol, api: Some(api), fault })
    }

    /// S3 Control has a path of its own, which is also a legal bucket's name: an account must be named too, or an
    /// Outpost, for which CreateBucket and ListRegionalBuckets are signed.
    fn route_s3(&self, head: &Head, service: Option<&str>) -> Result<Step, Unrouted> {
        let host = self.hosts.s3(head.routing_host());
        let is_control = head.headers.contains_key("x-amz-account-id")
            || matches!(host, S3Host::Account(_))
            || service == Some("s3-outposts");
        if let Some(api) = self.s3control.filter(|_| head.path.starts_with(S3_CONTROL_PATH) && is_control) {
            return self.route_rest(head, api).map(Step::Found);
        }
        let Some(api) = self.s3 else { return Err(unknown_service(head, "s3")) };
        let bucket = match &host {
            // WriteGetObjectResponse: the host names the function's route, which a header repeats.
            _ if head.path == "/WriteGetObjectResponse"
                && head.headers.contains_key("x-amz-request-route") =>
            {
                None
            }
            S3Host::Bucket(bucket) => Some(bucket.as_str()),
            S3Host::Account(account) => Some(account.as_str()),
            S3Host::Website(bucket) => {
                let key = head.path.strip_prefix('/').unwrap_or(&head.path).to_owned();
                return Ok(Step::Website(Place { bucket: bucket.clone(), key: Some(key) }));
            }
            S3Host::Endpoint => None,
        };
        let path = match bucket {
            Some(bucket) => format!("/{bucket}{}", head.path),
            None => head.path.clone(),
        };
        let found = self.rest.get(api.id).and_then(|table| table.find_s3(head, &path));
        if let Some((operation, labels)) = found {
            return Ok(Step::Found(Route::new(api, operation).labelled(labels)));
        }
        let place = place(&path);
        if head.method == Method::OPTIONS {
            return Ok(Step::Preflight(place));
        }
        let resource = match (place.bucket.is_empty(), place.key.is_some()) {
            (true, _) => "SERVICE",
            (false, false) => "BUCKET",
            (false, true) => "OBJECT",
        };
        let fault =
            sender(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
                .with("Method", head.method.as_str())
                .with("ResourceType", resource)
                .header("allow", self.allowed(api, head, &path));
        Err(Unrouted { protocol: Protocol::RestXml, api: Some(api), fault })
    }

    /// The methods that the same target takes.
    fn allowed(&self, api: &ApiMeta, head: &Head, path: &str) -> String {
        let Some(table) = self.rest.get(api.id) else { return String::new() };
        let mut other = head.clone();
        let mut methods = vec![Method::GET, Method::HEAD, Method::PUT, Method::POST, Method::DELETE];
        methods.retain(|method| {
            other.method = method.clone();
            table.find_s3(&other, path).is_some()
        });
        methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ")
    }

    /// S3 Express One Zone: the same requests, for directory buckets. There are none here, so that only the two
    /// operations that are its own are found; the others must not meet the buckets that S3 has.
    fn route_directory(&self, head: &Head) -> Result<Route, Unrouted> {
        let Step::Found(route) = self.route_s3(head, Some("s3express"))? else {
            let fault = not_implemented("directory buckets (S3 Express One Zone)", head.method.as_str());
            return Err(Unrouted { protocol: Protocol::RestXml, api: self.s3, fault });
        };
        match route.operation.name {
            "CreateSession" => Ok(route),
            "ListBuckets" => match find(route.api, "ListDirectoryBuckets") {
                Some(operation) => Ok(Route::new(route.api, operation)),
                None => Ok(route),
            },
            name => Err(Unrouted {
                protocol: Protocol::RestXml,
                api: self.s3,
                fault: not_implemented("directory buckets (S3 Express One Zone)", name),
            }),
        }
    }
}

/// What a path names in path style.
fn place(path: &str) -> Place {
    let path = path.strip_prefix('/').unwrap_or(path);
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    let bucket = percent_decode_str(bucket).decode_utf8_lossy().into_owned();
    Place { bucket, key: Some(key.to_owned()).filter(|key| !key.is_empty()) }
}

fn find(api: &'static ApiMeta, name: &str) -> Option<&'static OperationMeta> {
    let operations = api.operations;
    let index = operations.binary_search_by(|operation| operation.name.cmp(name)).ok()?;
    Some(operations[index])
}

/// The answer of an operation that is known and not built.
pub fn not_implemented(service: &str, operation: &str) -> Fault {
    receiver(501, "NotImplemented", format!("angae does not implement {operation} of {service} yet"))
}

/// A service that is not in scope: answered in the protocol its client most likely speaks.
fn unknown_service(head: &Head, service: &str) -> Unrouted {
    let (protocol, operation) = if let Some(target) = head.header("x-amz-target") {
        (Protocol::Json, target)
    } else if head.method == Method::POST && head.path == "/" {
        (Protocol::Query, "the requested action")
    } else {
        (Protocol::RestJson, head.path.as_str())
    };
    Unrouted { protocol, api: None, fault: not_implemented(service, operation) }
}
