//! Operations and the APIs they belong to.

use crate::{Schema, Shape, XmlNamespace};

/// A generated operation: a type without values that names its input and output.
pub trait Operation: 'static {
    /// What clients send.
    type Input: Shape + Default;
    /// What clients receive.
    type Output: Shape + Default;
    /// The static description.
    const META: &'static OperationMeta;
}

/// One AWS API.
#[derive(Debug)]
pub struct ApiMeta {
    /// Our name for it, which is also its folder's: `ec2`, `elbv2`, `eks-auth`.
    pub id: &'static str,
    /// How it speaks. A request may be in another protocol that the API also speaks ([`Protocol::Cbor`]).
    pub protocol: Protocol,
    /// `apiVersion`: `2016-11-15`.
    pub version: &'static str,
    /// The service name in credential scopes: `elasticloadbalancing`.
    pub signing_name: &'static str,
    /// `endpointPrefix`: the host label.
    pub endpoint_prefix: &'static str,
    /// `serviceId`: `Elastic Load Balancing v2`.
    pub service_id: &'static str,
    /// `targetPrefix` of the JSON protocols.
    pub target_prefix: Option<&'static str>,
    /// `jsonVersion` of the JSON protocols: `1.0` or `1.1`.
    pub json_version: Option<&'static str>,
    /// `xmlNamespace` of the metadata.
    pub namespace: Option<&'static str>,
    /// All operations, by name.
    pub operations: &'static [&'static OperationMeta],
    /// The waiters, by name.
    pub waiters: &'static [Waiter],
}

/// The protocols in scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// ec2Query.
    Ec2,
    /// awsQuery.
    Query,
    /// restXml.
    RestXml,
    /// restJson1.
    RestJson,
    /// awsJson1.0 and 1.1.
    Json,
    /// Smithy RPC v2 CBOR: never an API's only protocol, but one that newer clients prefer.
    Cbor,
}

/// One operation.
#[derive(Debug)]
pub struct OperationMeta {
    /// The API's own name for it: `CreateSubnet`.
    pub name: &'static str,
    /// The API's id: `ec2`.
    pub api: &'static str,
    /// HTTP method.
    pub method: &'static str,
    /// The path template, split at `/`.
    pub path: &'static [PathSegment],
    /// The template ends with `/` (and is more than that).
    pub trailing_slash: bool,
    /// Literal query keys of the template, with their value where one is given.
    pub query: &'static [(&'static str, Option<&'static str>)],
    /// Success status.
    pub status: u16,
    /// Members of the input.
    pub input: &'static Schema,
    /// The model names an input shape.
    pub has_input: bool,
    /// Members of the output.
    pub output: &'static Schema,
    /// The model names an output shape.
    pub has_output: bool,
    /// The wrapper element of awsQuery answers (`resultWrapper`).
    pub result_wrapper: Option<&'static str>,
    /// `locationName` of the input: the root element of request bodies.
    pub input_root: Option<&'static str>,
    /// `xmlNamespace` of the input.
    pub input_namespace: Option<XmlNamespace>,
    /// The modelled errors.
    pub errors: &'static [&'static Schema],
    /// How it is signed.
    pub auth: Auth,
    /// `endpoint.hostPrefix`: `{AccountId}.`.
    pub host_prefix: Option<&'static str>,
    /// `httpChecksumRequired` or `httpChecksum.requestChecksumRequired`.
    pub checksum_required: bool,
    /// The model calls it deprecated.
    pub deprecated: bool,
    /// How its answer is paged.
    pub paginator: Option<&'static Paginator>,
    /// A default input.
    pub new_input: fn() -> Box<dyn Shape>,
    /// A default output.
    pub new_output: fn() -> Box<dyn Shape>,
}

/// One segment of a path template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathSegment {
    /// Text that must stand there.
    Literal(&'static str),
    /// `{Name}`: one segment.
    Label(&'static str),
    /// `{Name+}`: the rest.
    Greedy(&'static str),
}

/// How an operation is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// SigV4 over the body's hash.
    SigV4,
    /// SigV4 whose body may be unsigned.
    SigV4UnsignedBody,
    /// No signature.
    None,
}

/// How a list operation pages.
#[derive(Debug)]
pub struct Paginator {
    /// Members of the input that carry the token.
    pub input_tokens: &'static [&'static str],
    /// Paths in the output the next tokens are read from.
    pub output_tokens: &'static [&'static str],
    /// Member of the input that limits the page.
    pub limit_key: Option<&'static str>,
    /// Paths in the output to the lists.
    pub result_keys: &'static [&'static str],
    /// Path in the output that says whether there is more.
    pub more_results: Option<&'static str>,
}

/// How clients wait for a state.
#[derive(Debug)]
pub struct Waiter {
    /// Its name: `VpcAvailable`.
    pub name: &'static str,
    /// The operation it polls.
    pub operation: &'static str,
    /// Seconds between two polls.
    pub delay_seconds: u32,
    /// How often it polls.
    pub max_attempts: u32,
    /// When it ends, in order.
    pub acceptors: &'static [Acceptor],
}

/// One condition of a waiter.
#[derive(Debug)]
pub struct Acceptor {
    /// `success`, `failure` or `retry`.
    pub state: &'static str,
    /// `path`, `pathAll`, `pathAny`, `status` or `error`.
    pub matcher: &'static str,
    /// The JMESPath of the path matchers.
    pub argument: Option<&'static str>,
    /// What is expected there.
    pub expected: Expected,
}

/// What a waiter compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A text: a state or an error code.
    Text(&'static str),
    /// A status code.
    Number(i64),
    /// A truth value.
    Bool(bool),
}
