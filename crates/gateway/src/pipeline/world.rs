//! Which world a request is for.

use crate::house::House;
use ports::World;
use std::sync::Arc;
use wire::Head;

/// By the header `x-angae-world`, else by the host `<world>.localhost`, else by the port it came in on. A world's
/// label is taken off the host that routing sees; the error is a sentence.
pub(super) fn choose(house: &House, listener: Arc<World>, head: &mut Head) -> Result<Arc<World>, String> {
    if let Some(name) = head.headers.get("x-angae-world") {
        let name = &*String::from_utf8_lossy(name.as_bytes());
        let entry = house.worlds.get(name).ok_or_else(|| format!("there is no world {name:?}"))?;
        return Ok(entry.world);
    }
    let Some((before, port)) = split_localhost(&head.host) else { return Ok(listener) };
    let (rest, label) = before.rsplit_once('.').unwrap_or(("", before));
    let Some(entry) = house.worlds.get(&label.to_ascii_lowercase()) else { return Ok(listener) };
    let host = if rest.is_empty() { format!("localhost{port}") } else { format!("{rest}.localhost{port}") };
    head.endpoint_host = Some(host);
    Ok(entry.world)
}

/// What stands before `.localhost`, and the port with its colon.
fn split_localhost(host: &str) -> Option<(&str, &str)> {
    let (name, port) = match host.find(':') {
        Some(at) => host.split_at(at),
        None => (host, ""),
    };
    let before = name.strip_suffix(".localhost").or_else(|| name.strip_suffix(".localhost."))?;
    (!before.is_empty()).then_some((before, port))
}

#[cfg(test)]
mod tests {
    use super::split_localhost;

    #[test]
    fn labels_before_localhost_are_found() {
        for (host, want) in [
            ("ci.localhost:4566", Some(("ci", ":4566"))),
            ("bkt.ci.localhost", Some(("bkt.ci", ""))),
            ("localhost:4566", None),
            ("127.0.0.1:4566", None),
            ("ci.example.com", None),
        ] {
            assert_eq!(split_localhost(host), want, "{host}");
        }
    }
}
