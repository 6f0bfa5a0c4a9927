//! Error answers, whole: status, headers and body of each protocol and kind of service.

use crate::dynamic::{Structure, leak_api, leak_structure, model};
use http::Method;
use serde_json::{Value as Json, json};
use shape::{ApiMeta, Protocol};
use wire::codec::{Envelope, encode_fault};
use wire::{Answer, Fault, receiver, sender};

const SENTENCE: &str = "No <such> thing & none like it";

/// The answer to a fault, as text: the status, the headers in their order, an empty line, the body.
fn answer(fault: &Fault, protocol: Protocol, api: Option<&ApiMeta>, method: &Method) -> Answer {
    encode_fault(fault, &Envelope { protocol, api, request_id: "id-1", host_id: "host-1", method })
}

fn shown(answer: &Answer) -> String {
    let mut text = answer.status.to_string();
    for (name, value) in &answer.headers {
        text.push_str(&format!("\n{name}: {}", value.to_str().expect("text")));
    }
    format!("{text}\n\n{}", std::str::from_utf8(&answer.body).expect("text"))
}

/// The fault of an error that the API's model has, with these members.
fn modelled(api: &str, shape: &str, members: &Json, message: Option<&str>) -> Fault {
    let schema = leak_structure(&model(api, &[]), shape);
    let meta = schema.error.expect("an error shape");
    let mut fault = sender(meta.status, meta.code, "");
    fault.message = message.map(str::to_owned);
    fault.members(Box::new(Structure::of(schema, members)))
}

#[track_caller]
fn check(api: &str, fault: &Fault, want: &str) {
    let api = leak_api(&model(api, &[]));
    assert_eq!(shown(&answer(fault, api.protocol, Some(api), &Method::POST)), want);
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

#[test]
fn ec2_has_an_envelope_of_its_own() {
    let want = format!(
        "400\nx-amzn-requestid: id-1\ncontent-type: text/xml;charset=UTF-8\n\n{XML}<Response><Errors><Error>\
         <Code>InvalidVpcID.NotFound</Code><Message>No &lt;such&gt; thing &amp; none like it</Message></Error></Errors>\
         <RequestID>id-1</RequestID></Response>"
    );
    check("ec2", &sender(400, "InvalidVpcID.NotFound", SENTENCE), &want);
}

#[test]
fn query_services_say_whose_fault_it_is() {
    let fault = modelled("iam", "NoSuchEntityException", &json!({}), Some("The user a cannot be found."));
    let want = format!(
        "404\nx-amzn-requestid: id-1\ncontent-type: text/xml\n\n{XML}\
         <ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type>\
         <Code>NoSuchEntity</Code><Message>The user a cannot be found.</Message></Error><RequestId>id-1</RequestId>\
         </ErrorResponse>"
    );
    check("iam", &fault, &want);
    let want = format!(
        "500\nx-amzn-requestid: id-1\ncontent-type: text/xml\n\n{XML}\
         <ErrorResponse xmlns=\"http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/\"><Error>\
         <Type>Receiver</Type><Code>InternalFailure</Code><Message>m</Message></Error><RequestId>id-1</RequestId>\
         </ErrorResponse>"
    );
    check("elbv2", &receiver(500, "InternalFailure", "m"), &want);
}

#[test]
fn route53_answers_as_the_query_services_do() {
    let members = json!({"messages": ["one", "two"]});
    let fault = modelled("route53", "InvalidChangeBatch", &members, Some("[one, two]"));
    let want = format!(
        "400\nx-amzn-requestid: id-1\ncontent-type: text/xml\n\n{XML}\
         <ErrorResponse xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><Error><Type>Sender</Type>\
         <Code>InvalidChangeBatch</Code><Message>[one, two]</Message><messages><Message>one</Message>\
         <Message>two</Message></messages></Error><RequestId>id-1</RequestId></ErrorResponse>"
    );
    check("route53", &fault, &want);
}

#[test]
fn s3_has_two_ids_and_the_members_of_the_code() {
    let fault = sender(404, "NoSuchKey", "The specified key does not exist.").with("Key", "a&b");
    let head = "x-amz-request-id: id-1\nx-amz-id-2: host-1\ncontent-type: application/xml";
    let want = format!(
        "404\n{head}\n\n{XML}<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>\
         <Key>a&amp;b</Key><RequestId>id-1</RequestId><HostId>host-1</HostId></Error>"
    );
    check("s3", &fault, &want);
    let fault = modelled("s3", "InvalidObjectState", &json!({"StorageClass": "GLACIER"}), Some("m"));
    let want = format!(
        "403\n{head}\n\n{XML}<Error><Code>InvalidObjectState</Code><Message>m</Message>\
         <StorageClass>GLACIER</StorageClass><RequestId>id-1</RequestId>\
         <HostId>host-1</HostId></Error>"
    );
    check("s3", &fault, &want);
    let mut fault = sender(400, "InvalidRequest", "");
    fault.message = None;
    let want = format!(
        "400\n{head}\n\n{XML}<Error><Code>InvalidRequest</Code><Message></Message>\
         <RequestId>id-1</RequestId><HostId>host-1</HostId></Error>"
    );
    check("s3", &fault, &want);
}

#[test]
fn an_answer_that_must_have_no_body_has_none() {
    let api = leak_api(&model("s3", &[]));
    for (status, method) in [(404, Method::HEAD), (304, Method::GET)] {
        let answer = answer(&sender(status, "c", "m"), Protocol::RestXml, Some(api), &method);
        assert_eq!(shown(&answer), format!("{status}\nx-amz-request-id: id-1\nx-amz-id-2: host-1\n\n"));
    }
}

#[test]
fn json_services_name_the_type_in_body_and_header() {
    let fault = modelled("kms", "NotFoundException", &json!({}), Some("Alias a is not found."));
    check(
        "kms",
        &fault,
        "400\nx-amzn-errortype: NotFoundException\nx-amzn-requestid: id-1\n\
         content-type: application/x-amz-json-1.1\n\n\
         {\"__type\":\"NotFoundException\",\"message\":\"Alias a is not found.\"}",
    );
    // The model spells this service's message with a capital.
    let fault = modelled("ssm", "OpsItemAlreadyExistsException", &json!({"OpsItemId": "oi-1"}), Some("m"));
    check(
        "ssm",
        &fault,
        "400\nx-amzn-errortype: OpsItemAlreadyExistsException\nx-amzn-requestid: id-1\n\
         content-type: application/x-amz-json-1.1\n\n\
         {\"__type\":\"OpsItemAlreadyExistsException\",\"Message\":\"m\",\"OpsItemId\":\"oi-1\"}",
    );
    let members = json!({"registryId": "123456789012", "lastValidByteReceived": 41});
    check(
        "ecr",
        &modelled("ecr", "InvalidLayerPartException", &members, None),
        "400\nx-amzn-errortype: InvalidLayerPartException\nx-amzn-requestid: id-1\n\
         content-type: application/x-amz-json-1.1\n\n\
         {\"__type\":\"InvalidLayerPartException\",\"registryId\":\"123456789012\",\"lastValidByteReceived\":41}",
    );
}

#[test]
fn rest_json_services_name_the_type_in_the_header_alone() {
    let fault = modelled("eks", "ResourceNotFoundException", &json!({"clusterName": "c"}), Some("m"));
    check(
        "eks",
        &fault,
        "404\nx-amzn-errortype: ResourceNotFoundException\nx-amzn-requestid: id-1\ncontent-type: application/json\n\n\
         {\"message\":\"m\",\"clusterName\":\"c\",\"nodegroupName\":null,\"fargateProfileName\":null,\"addonName\":null,\"subscriptionId\":null}",
    );
    let fault = modelled("ebs", "ValidationException", &json!({"Reason": "INVALID_TAG"}), Some("m"));
    check(
        "ebs",
        &fault,
        "400\nx-amzn-errortype: ValidationException\nx-amzn-requestid: id-1\ncontent-type: application/json\n\n\
         {\"Message\":\"m\",\"Reason\":\"INVALID_TAG\"}",
    );
    let members = json!({"ErrorCode": "AccessPointAlreadyExists", "AccessPointId": "fsap-1"});
    check(
        "efs",
        &modelled("efs", "AccessPointAlreadyExists", &members, Some("m")),
        "409\nx-amzn-errortype: AccessPointAlreadyExists\nx-amzn-requestid: id-1\ncontent-type: application/json\n\n\
         {\"Message\":\"m\",\"ErrorCode\":\"AccessPointAlreadyExists\",\"AccessPointId\":\"fsap-1\"}",
    );
    // Recorded: boto3 shows `None` for the message of this one, which its body has and leaves empty.
    check(
        "efs",
        &modelled("efs", "PolicyNotFound", &json!({"ErrorCode": "PolicyNotFound"}), None),
        "404\nx-amzn-errortype: PolicyNotFound\nx-amzn-requestid: id-1\ncontent-type: application/json\n\n\
         {\"Message\":null,\"ErrorCode\":\"PolicyNotFound\"}",
    );
}

#[test]
fn cbor_clients_are_answered_in_cbor() {
    let api = leak_api(&model("route53domains", &[]));
    let fault = modelled("route53domains", "InvalidInput", &json!({}), Some("m"));
    let answer = answer(&fault, Protocol::Cbor, Some(api), &Method::POST);
    let headers: Vec<_> =
        answer.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().expect("text"))).collect();
    let wanted = [
        ("smithy-protocol", "rpc-v2-cbor"),
        ("x-amzn-requestid", "id-1"),
        ("content-type", "application/cbor"),
    ];
    assert_eq!((answer.status, headers.as_slice()), (400, wanted.as_slice()));
    let body: ciborium::Value = ciborium::from_reader(&*answer.body).expect("CBOR");
    let entry = |name: &str, value: &str| (name.into(), value.into());
    let wanted = ciborium::Value::Map(vec![
        entry("__type", "com.amazonaws.route53domains#InvalidInput"),
        entry("message", "m"),
    ]);
    assert_eq!(body, wanted);
}

/// A request that leads to no API is answered in the way its client most likely reads.
#[test]
fn a_service_that_is_not_known_is_refused_in_the_clients_protocol() {
    let fault = receiver(501, "NotImplemented", "m");
    for (protocol, want) in [
        (
            Protocol::Query,
            format!(
                "501\nx-amzn-requestid: id-1\ncontent-type: text/xml\n\n{XML}<ErrorResponse><Error>\
                 <Type>Receiver</Type><Code>NotImplemented</Code><Message>m</Message></Error>\
                 <RequestId>id-1</RequestId></ErrorResponse>"
            ),
        ),
        (
            Protocol::Json,
            "501\nx-amzn-errortype: NotImplemented\nx-amzn-requestid: id-1\n\
             content-type: application/x-amz-json-1.1\n\n{\"__type\":\"NotImplemented\",\"message\":\"m\"}"
                .to_owned(),
        ),
        (
            Protocol::RestXml,
            format!(
                "501\nx-amz-request-id: id-1\nx-amz-id-2: host-1\ncontent-type: application/xml\n\n{XML}<Error>\
                 <Code>NotImplemented</Code><Message>m</Message>\
                 <RequestId>id-1</RequestId><HostId>host-1</HostId></Error>"
            ),
        ),
    ] {
        assert_eq!(shown(&answer(&fault, protocol, None, &Method::POST)), want);
    }
}

/// What a client sent may come back in a header; it must not end it.
#[test]
fn a_header_cannot_be_split() {
    let fault = sender(301, "PermanentRedirect", "m").header("x-amz-bucket-region", "eu\r\nset-cookie: a=b");
    let api = leak_api(&model("s3", &[]));
    let answer = answer(&fault, Protocol::RestXml, Some(api), &Method::HEAD);
    assert_eq!(shown(&answer), "301\nx-amz-request-id: id-1\nx-amz-id-2: host-1\n\n");
}
