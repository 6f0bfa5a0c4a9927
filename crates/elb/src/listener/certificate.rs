//! The certificates of listeners: the default one, and further ones for other names.

use super::record::Listener;
use super::{find, settings};
use crate::Elb;
use crate::error::{Error, Limit, Refused, Validation};
use crate::event::Changed;
use crate::limit;
use crate::listing::{Asked, place};
use ports::Cx;
use shapes_elbv2 as api;
use store::Tx;

fn put(tx: &mut Tx, own: Listener) {
    tx.emit(&Changed { kind: "ListenerChanged", resource: own.arn() });
    tx.put(own);
}

fn read(given: Option<Vec<api::Certificate>>) -> Result<Vec<String>, Error> {
    let given = given.unwrap_or_default();
    if given.iter().any(|own| own.is_default.is_some()) {
        return Err(Validation::IsDefault.into());
    }
    Ok(given.into_iter().filter_map(|own| own.certificate_arn).collect())
}

fn shape(arn: &str, is_default: bool) -> api::Certificate {
    api::Certificate { certificate_arn: Some(arn.to_owned()), is_default: Some(is_default) }
}

/// `AddListenerCertificates`: one that is there already is no error.
pub(crate) fn add(
    cx: &Cx,
    svc: &Elb,
    input: api::AddListenerCertificatesInput,
) -> Result<api::AddListenerCertificatesOutput, Error> {
    let text = input.listener_arn.unwrap_or_default();
    let given = read(input.certificates)?;
    cx.write(|tx| {
        let mut own = (*find(tx, cx.scope(), &text)?).clone();
        if !own.is_secure() {
            return Err(Validation::CertificateOfPlain(own.protocol.unwrap_or_default()).into());
        }
        for arn in &given {
            settings::check_certificate(cx, svc, tx, arn)?;
            if !own.certificates.contains(arn) {
                own.certificates.push(arn.clone());
            }
        }
        if own.certificates.len() > limit::CERTIFICATES {
            return Err(Limit::Certificates.into());
        }
        put(tx, own);
        let certificates = given.iter().map(|arn| shape(arn, false)).collect();
        Ok(api::AddListenerCertificatesOutput { certificates: Some(certificates) })
    })
}

/// `RemoveListenerCertificates`: one that is not there is no error, but the default one stays.
pub(crate) fn remove(
    cx: &Cx,
    _svc: &Elb,
    input: api::RemoveListenerCertificatesInput,
) -> Result<api::RemoveListenerCertificatesOutput, Error> {
    let text = input.listener_arn.unwrap_or_default();
    let given = read(input.certificates)?;
    cx.write(|tx| {
        let mut own = (*find(tx, cx.scope(), &text)?).clone();
        let is_default =
            |arn: &String| own.certificate.as_ref() == Some(arn) && !own.certificates.contains(arn);
        if given.iter().any(is_default) {
            return Err(Refused::DefaultCertificate.into());
        }
        own.certificates.retain(|arn| !given.contains(arn));
        put(tx, own);
        Ok(api::RemoveListenerCertificatesOutput {})
    })
}

/// `DescribeListenerCertificates`: the default one first.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeListenerCertificatesInput,
) -> Result<api::DescribeListenerCertificatesOutput, Error> {
    let text = input.listener_arn.unwrap_or_default();
    let own = cx.read(|view| find(view, cx.scope(), &text))?;
    let first = own.certificate.iter().map(|arn| shape(arn, true));
    let all = first.chain(own.certificates.iter().map(|arn| shape(arn, false))).enumerate();
    let asked = Asked { marker: input.marker, size: input.page_size };
    let (page, next_marker) = asked.page(cx, &["DescribeListenerCertificates", &text], all, place)?;
    let certificates = page.into_iter().map(|(_, own)| own).collect();
    Ok(api::DescribeListenerCertificatesOutput { certificates: Some(certificates), next_marker })
}
