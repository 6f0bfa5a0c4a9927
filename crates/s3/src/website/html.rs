//! Refusals as people read them.

use http::StatusCode;
use wire::Fault;

/// What a refusal is about, beside itself.
pub(super) struct Ids<'r> {
    pub(super) request_id: &'r str,
    pub(super) host_id: &'r str,
}

/// The page of a refusal; `document` is what went wrong with the site's own error document, where it has one.
pub(super) fn page(fault: &Fault, document: Option<&Fault>, ids: &Ids<'_>) -> String {
    let status = StatusCode::from_u16(fault.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let title = format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or_default());
    let mut html = format!("<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n<ul>\n");
    items(&mut html, fault);
    item(&mut html, "RequestId", ids.request_id);
    item(&mut html, "HostId", ids.host_id);
    html.push_str("</ul>\n");
    if let Some(document) = document {
        html.push_str(
            "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n",
        );
        items(&mut html, document);
        html.push_str("</ul>\n");
    }
    html.push_str("<hr/>\n</body>\n</html>\n");
    html
}

fn items(html: &mut String, fault: &Fault) {
    item(html, "Code", &fault.code);
    item(html, "Message", fault.message.as_deref().unwrap_or_default());
    for (name, value) in &fault.extra {
        item(html, name, value);
    }
}

fn item(html: &mut String, name: &str, value: &str) {
    let value = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    html.push_str(&format!("<li>{name}: {value}</li>\n"));
}

#[cfg(test)]
mod tests {
    use super::{Ids, page};
    use wire::sender;

    #[test]
    fn a_refusal_reads_as_recorded_from_aws() {
        let fault = sender(404, "NoSuchKey", "The specified key does not exist.").with("Key", "<b>.html");
        let document =
            sender(404, "NoSuchKey", "The specified key does not exist.").with("Key", "error.html");
        let ids = Ids { request_id: "R", host_id: "H" };
        let begin = "<html>\n<head><title>404 Not Found</title></head>\n<body>\n<h1>404 Not Found</h1>\n<ul>\n\
            <li>Code: NoSuchKey</li>\n<li>Message: The specified key does not exist.</li>\n\
            <li>Key: &lt;b&gt;.html</li>\n<li>RequestId: R</li>\n<li>HostId: H</li>\n</ul>\n";
        let end = "<hr/>\n</body>\n</html>\n";
        assert_eq!(page(&fault, None, &ids), format!("{begin}{end}"));
        let own = "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n\
            <li>Code: NoSuchKey</li>\n<li>Message: The specified key does not exist.</li>\n\
            <li>Key: error.html</li>\n</ul>\n";
        assert_eq!(page(&fault, Some(&document), &ids), format!("{begin}{own}{end}"));
    }
}
