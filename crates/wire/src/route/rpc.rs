//! Smithy RPC v2: the request names its protocol in a header, and service and operation in its path.

use crate::Head;
use crate::codec::{PROTOCOL_HEADER, PROTOCOL_NAME};

/// Whether the request says that it is in RPC v2 CBOR.
pub(crate) fn speaks_cbor(head: &Head) -> bool {
    head.header(PROTOCOL_HEADER) == Some(PROTOCOL_NAME)
}

/// `…/service/{service}/operation/{operation}`; anything may stand before. A namespace before the service's name
/// is left out, as the protocol asks servers to do.
pub(crate) fn service_and_operation(path: &str) -> Option<(&str, &str)> {
    let mut parts = path.rsplit('/');
    let (operation, literal) = (parts.next()?, parts.next()?);
    let (service, prefix) = (parts.next()?, parts.next()?);
    let service = service.rsplit('.').next().unwrap_or(service);
    let fits = literal == "operation" && prefix == "service" && !service.is_empty() && !operation.is_empty();
    fits.then_some((service, operation))
}

#[cfg(test)]
mod tests {
    use super::service_and_operation;

    #[test]
    fn the_path_names_service_and_operation() {
        for (path, want) in [
            ("/service/Weather/operation/GetCity", Some(("Weather", "GetCity"))),
            ("/a/b/service/Weather/operation/GetCity", Some(("Weather", "GetCity"))),
            ("/service/aws.weather.Weather/operation/GetCity", Some(("Weather", "GetCity"))),
            ("/service/Weather/operation/", None),
            ("/service//operation/GetCity", None),
            ("/service/Weather/GetCity", None),
            ("/", None),
        ] {
            assert_eq!(service_and_operation(path), want, "{path}");
        }
    }
}
