//! What many roles weigh in a server that enforces policies, once each of them has been assumed and has called.

use super::iam::POLICIES;
use super::report::Row;
use super::request::{Key, Message, element, page};
use super::server::{ROOT, Server, USER, folder};
use anyhow::{Context, Result};
use http::Method;
use std::path::Path;

/// Roles, and what they may weigh: issue 5.
const ROLES: usize = 10_000;
const MOST_MIB: f64 = 200.0;
/// The role that is made through the API; the others are copies of its row under other names.
const FIRST: &str = "bench-00000";

/// Roles whose ten policies are their own, and roles that share ten of AWS's.
pub(crate) fn measure(binary: &Path) -> Result<Vec<Row>> {
    let own = |server: &Server| {
        for number in 0..POLICIES.len() {
            let document = policy(number);
            let name = format!("p{number}");
            let fields = [("RoleName", FIRST), ("PolicyName", &name), ("PolicyDocument", &document)];
            server.iam("PutRolePolicy", &fields)?;
        }
        Ok(())
    };
    let shared = |server: &Server| {
        for policy in POLICIES {
            let arn = format!("arn:aws:iam::aws:policy/{policy}");
            server.iam("AttachRolePolicy", &[("RoleName", FIRST), ("PolicyArn", &arn)])?;
        }
        Ok(())
    };
    Ok(vec![
        weigh(binary, "10,000 used roles with 10 policies of their own", own)?,
        weigh(binary, "10,000 used roles with 10 policies of AWS", shared)?,
    ])
}

/// Three statements as people write them.
fn policy(number: usize) -> String {
    let bucket = format!("{FIRST}-{number}");
    format!(
        r#"{{"Version":"2012-10-17","Statement":[
        {{"Effect":"Allow","Action":["s3:Get*","s3:List*","s3:PutObject"],"Resource":["arn:aws:s3:::{bucket}","arn:aws:s3:::{bucket}/*"],
          "Condition":{{"IpAddress":{{"aws:SourceIp":["192.0.2.0/24","127.0.0.0/8"]}}}}}},
        {{"Effect":"Allow","Action":["ec2:Describe*","ec2:RunInstances"],"Resource":"*"}},
        {{"Effect":"Deny","Action":"s3:Delete*","Resource":"arn:aws:s3:::{bucket}/keep/${{aws:userid}}/*",
          "Condition":{{"Bool":{{"aws:SecureTransport":"true"}}}}}}]}}"#
    )
}

fn weigh(binary: &Path, what: &str, furnish: impl FnOnce(&Server) -> Result<()>) -> Result<Row> {
    eprintln!("== {what}");
    let folder = folder()?;
    let bootstrap = format!("{ROOT}:{ROOT}");
    let flags = ["--iam", "enforce", "--bootstrap-key", &bootstrap];
    let key = {
        let server = Server::angae_with(binary, folder.path(), &flags)?;
        let key = server.issue_key()?;
        let assume = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}}"#;
        server.iam("PutUserPolicy", &[USER, ("PolicyName", "assume"), ("PolicyDocument", assume)])?;
        let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"sts:AssumeRole"}}"#;
        server.iam("CreateRole", &[("RoleName", FIRST), ("AssumeRolePolicyDocument", trust)])?;
        furnish(&server)?;
        let mut pages = server.connect();
        let exported = pages.call(&page(server.address, &Method::GET, "/_angae/state", b""))?;
        let state = copied(&exported).context("the role is not in the exported state")?;
        pages.call(&page(server.address, &Method::POST, "/_angae/state", state.as_bytes()))?;
        key
    };
    // Started anew: what the import held for a moment does not count.
    let server = Server::angae_with(binary, folder.path(), &flags)?;
    use_all(&server, &key)?;
    Ok(Row::new(what, "MiB", server.resident_mib()?).within(MOST_MIB))
}

/// A state in which the role stands many times, each with a name and an id of its own. Without its last line it is one
/// of format 1.
fn copied(exported: &str) -> Option<String> {
    let is_role = |line: &&str| line.contains(r#""table":"iam_role""#) && line.contains(FIRST);
    let role = exported.lines().find(is_role)?;
    let (_, id) = role.split_once(r#""id":""#)?;
    let id = id.split('"').next()?;
    let kept = exported.lines().filter(|line| !line.starts_with(r#"{"end":"#));
    let mut state = kept.collect::<Vec<_>>().join("\n").replacen(r#"{"angae":2,"#, r#"{"angae":1,"#, 1);
    for number in 1..ROLES {
        let digits = format!("{number:05}");
        let own = format!("{}{digits}", id.get(..id.len() - digits.len())?);
        state.push('\n');
        state.push_str(&role.replace(FIRST, &format!("bench-{digits}")).replace(id, &own));
    }
    state.push('\n');
    Some(state)
}

/// Assumes each role once, and calls once in each session.
fn use_all(server: &Server, key: &Key) -> Result<()> {
    let mut connection = server.connect();
    let look = Message::ec2("DescribeVpcs", &[]);
    for number in 0..ROLES {
        let arn = format!("arn:aws:iam::000000000000:role/bench-{number:05}");
        let fields = [("RoleArn", arn.as_str()), ("RoleSessionName", "bench")];
        let assume = Message::form("sts", "2011-06-15", "AssumeRole", &fields);
        let answer = connection.call(&assume.signed(server.address, key))?;
        let part = |name: &str| {
            element(&answer, name).map(str::to_owned).with_context(|| format!("AssumeRole: {answer}"))
        };
        let session = Key { id: part("AccessKeyId")?, secret: part("SecretAccessKey")? };
        let token = part("SessionToken")?;
        connection.call(&look.signed_in_session(server.address, &session, Some(&token)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{ROLES, copied, policy};
    use std::collections::BTreeSet;

    #[test]
    fn each_copy_is_a_role_of_its_own() {
        let row = r#"{"table":"iam_role","key":"aws/0/bench-00000","doc":{"name":"bench-00000","id":"AROAAAAAAAAAAAAAAAAAA"}}"#;
        let state = copied(&format!("{{\"angae\":2,}}\nother\n{row}\n{{\"end\":{{}}}}\n")).unwrap();
        let lines: Vec<&str> = state.lines().collect();
        assert_eq!(lines[..3], ["{\"angae\":1,}", "other", row]);
        assert_eq!(
            lines[ROLES + 1],
            r#"{"table":"iam_role","key":"aws/0/bench-09999","doc":{"name":"bench-09999","id":"AROAAAAAAAAAAAAA09999"}}"#
        );
        assert_eq!(lines[2..].iter().collect::<BTreeSet<_>>().len(), ROLES);
        assert!(copied("{\"angae\":2,}\n").is_none());
    }

    #[test]
    fn the_policies_of_a_role_fit_into_it() {
        let characters: usize =
            (0..10).map(|number| policy(number).chars().filter(|c| !c.is_whitespace()).count()).sum();
        assert!(characters < 10_240, "{characters}");
    }
}
