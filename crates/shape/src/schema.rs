//! The static description of a structure.

/// A structure, union or error shape.
#[derive(Debug)]
pub struct Schema {
    /// The shape's name in the model.
    pub name: &'static str,
    /// The members, in the model's order; positions are those of `Shape::get`.
    pub fields: &'static [Field],
    /// The streaming payload, which is no member of the Rust struct: handlers take and give it beside.
    pub stream: Option<&'static str>,
    /// Position in `fields` of the member that is the whole body.
    pub payload: Option<usize>,
    /// `locationName` of the shape: renames the root element in XML.
    pub xml_name: Option<&'static str>,
    /// `xmlNamespace` of the shape.
    pub namespace: Option<XmlNamespace>,
    /// Some members are XML attributes of its element.
    pub has_attributes: bool,
    /// Set where the shape is an error.
    pub error: Option<ErrorMeta>,
    /// Exactly one member is set.
    pub union: bool,
}

impl Schema {
    /// A nameless structure without members, to build others from.
    pub const NEW: Self = Self {
        name: "",
        fields: &[],
        stream: None,
        payload: None,
        xml_name: None,
        namespace: None,
        has_attributes: false,
        error: None,
        union: false,
    };
}

/// One member of a structure.
#[derive(Debug)]
pub struct Field {
    /// The member's name in the model.
    pub name: &'static str,
    /// Its name in bodies and answers: `locationName`, else the member's name. For a header, a query key or a
    /// label, that name; for `Location::Headers` the prefix.
    pub wire: &'static str,
    /// Its element where that has no more to it than the name, from its beginning to its end: `<vpcId></vpcId>`. Empty
    /// where bodies are no XML.
    pub element: &'static str,
    /// Its key in ec2Query requests: `queryName`, else the capitalised `locationName`, else the capitalised
    /// name. In every other protocol the same as `wire`.
    pub query: &'static str,
    /// Where it travels.
    pub location: Location,
    /// The model says `required` (a patch may lift it).
    pub required: bool,
    /// SDKs fill in a random token.
    pub idempotency_token: bool,
    /// It is an XML attribute of its parent.
    pub attribute: bool,
    /// It must not be printed.
    pub sensitive: bool,
    /// It is part of the host name too.
    pub host_label: bool,
    /// What it holds.
    pub ty: &'static Ty,
    /// `flattened` on the member (the list or map type has its own).
    pub flattened: bool,
    /// `timestampFormat` on the member.
    pub timestamp: Option<TimestampFormat>,
    /// `xmlNamespace` on the member.
    pub namespace: Option<XmlNamespace>,
}

impl Field {
    /// A body member without a name, to build others from.
    pub const NEW: Self = Self {
        name: "",
        wire: "",
        element: "",
        query: "",
        location: Location::Body,
        required: false,
        idempotency_token: false,
        attribute: false,
        sensitive: false,
        host_label: false,
        ty: &Ty::Boolean,
        flattened: false,
        timestamp: None,
        namespace: None,
    };
}

/// Where a member travels in a REST protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// In the body's document.
    Body,
    /// It is the body.
    Payload,
    /// One header.
    Header,
    /// Every header with the prefix `Field::wire`.
    Headers,
    /// A query parameter.
    Query,
    /// A path label.
    Label,
    /// The status code of the answer.
    Status,
}

/// The type of a value, with the model's constraints.
#[derive(Debug)]
pub enum Ty {
    /// `string`, enums included.
    String(StringTy),
    /// `boolean`.
    Boolean,
    /// `integer`.
    Integer(NumberTy),
    /// `long`.
    Long(NumberTy),
    /// `float`.
    Float(NumberTy),
    /// `double`.
    Double(NumberTy),
    /// `blob`; lengths count bytes.
    Blob(NumberTy),
    /// `timestamp`, with the format of the shape.
    Timestamp(Option<TimestampFormat>),
    /// `structure`.
    Structure(&'static Schema),
    /// `list`.
    List(ListTy),
    /// `map`.
    Map(MapTy),
    /// `structure` with `document`: any JSON value.
    Document,
}

impl Ty {
    /// Any string.
    pub const STRING: Self = Self::String(StringTy::NEW);
    /// Any `integer`.
    pub const INTEGER: Self = Self::Integer(NumberTy::NEW);
    /// Any `long`.
    pub const LONG: Self = Self::Long(NumberTy::NEW);
    /// Any `float`.
    pub const FLOAT: Self = Self::Float(NumberTy::NEW);
    /// Any `double`.
    pub const DOUBLE: Self = Self::Double(NumberTy::NEW);
    /// Any `blob`.
    pub const BLOB: Self = Self::Blob(NumberTy::NEW);
}

/// Constraints of a string.
#[derive(Debug)]
pub struct StringTy {
    /// The enum's values; empty where it is no enum.
    pub values: &'static [&'static str],
    /// A Java regular expression the whole value must match.
    pub pattern: Option<&'static str>,
    /// Shortest length, in characters.
    pub min: Option<u64>,
    /// Greatest length, in characters.
    pub max: Option<u64>,
}

impl StringTy {
    /// A string without constraints.
    pub const NEW: Self = Self { values: &[], pattern: None, min: None, max: None };
}

/// Range of a number, or of a blob's length.
#[derive(Debug)]
pub struct NumberTy {
    /// Least value.
    pub min: Option<f64>,
    /// Greatest value.
    pub max: Option<f64>,
}

impl NumberTy {
    /// Any number.
    pub const NEW: Self = Self { min: None, max: None };
}

/// A list.
#[derive(Debug)]
pub struct ListTy {
    /// Type of the elements.
    pub item: &'static Ty,
    /// `locationName` of the element; the protocol's default where `None`.
    pub item_name: Option<&'static str>,
    /// No wrapper element.
    pub flattened: bool,
    /// Fewest elements.
    pub min: Option<u64>,
    /// Most elements.
    pub max: Option<u64>,
}

/// A map with string keys.
#[derive(Debug)]
pub struct MapTy {
    /// Type of the keys (always a string, sometimes with constraints).
    pub key: &'static Ty,
    /// Type of the values.
    pub value: &'static Ty,
    /// `locationName` of the key; `key` where `None`.
    pub key_name: Option<&'static str>,
    /// `locationName` of the value; `value` where `None`.
    pub value_name: Option<&'static str>,
    /// No wrapper element.
    pub flattened: bool,
    /// Fewest entries.
    pub min: Option<u64>,
    /// Most entries.
    pub max: Option<u64>,
}

/// `timestampFormat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampFormat {
    /// `2014-04-29T18:30:38Z`.
    Iso8601,
    /// `Tue, 29 Apr 2014 18:30:38 GMT`.
    Rfc822,
    /// Seconds since the epoch, fraction allowed.
    Epoch,
}

/// An XML namespace, with the prefix it is declared for (none: the default one).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct XmlNamespace {
    /// The URI.
    pub uri: &'static str,
    /// The prefix.
    pub prefix: Option<&'static str>,
}

/// What makes a structure an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorMeta {
    /// The code on the wire: `error.code`, else the shape's name.
    pub code: &'static str,
    /// The HTTP status: `error.httpStatusCode`, else 400, or 500 for a server's fault.
    pub status: u16,
    /// The server's fault rather than the sender's.
    pub server_fault: bool,
}
