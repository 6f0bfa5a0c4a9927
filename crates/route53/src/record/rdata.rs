//! The values of records: what each type takes, and the word Route 53 has for what is wrong.
//!
//! Names of the kind `…NotTwoFields` were recorded of A, AAAA, MX and TXT; the others follow them.

use crate::name::Name;
use crate::record::model::RecordType;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Octets of one string of a TXT record at the most.
const MOST_STRING: usize = 255;
/// Tags of CAA records.
const CAA_TAGS: [&str; 3] = ["issue", "issuewild", "iodef"];

/// Checks one value. What is wrong is told as within Route 53's sentence.
pub(crate) fn check(kind: RecordType, value: &str) -> Result<(), String> {
    match kind {
        RecordType::A if value.parse::<Ipv4Addr>().is_ok() => Ok(()),
        RecordType::A => Err("ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)".to_owned()),
        RecordType::Aaaa if value.parse::<Ipv6Addr>().is_ok() => Ok(()),
        RecordType::Aaaa => {
            Err("AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)".to_owned())
        }
        RecordType::Cname | RecordType::Ns | RecordType::Ptr => name(value),
        RecordType::Txt | RecordType::Spf => strings(value).map(|_| ()).map_err(str::to_owned),
        RecordType::Mx => {
            let [priority, host] = fields(kind, value)?;
            number(kind, "Priority", priority, u64::from(u16::MAX))?;
            name(host)
        }
        RecordType::Srv => {
            let [priority, weight, port, host] = fields(kind, value)?;
            for (what, field) in [("Priority", priority), ("Weight", weight), ("Port", port)] {
                number(kind, what, field, u64::from(u16::MAX))?;
            }
            name(host)
        }
        RecordType::Soa => {
            let [server, contact, numbers @ ..]: [&str; 7] = fields(kind, value)?;
            name(server)?;
            name(contact)?;
            numbers.iter().try_for_each(|field| number(kind, "Number", field, u64::from(u32::MAX)))
        }
        RecordType::Ds => {
            let [tag, algorithm, digest, hex] = fields(kind, value)?;
            number(kind, "KeyTag", tag, u64::from(u16::MAX))?;
            number(kind, "Algorithm", algorithm, 255)?;
            number(kind, "DigestType", digest, 255)?;
            hexadecimal(kind, hex)
        }
        RecordType::Tlsa => {
            let [usage, selector, matching, hex] = fields(kind, value)?;
            for (what, field) in [("Usage", usage), ("Selector", selector), ("MatchingType", matching)] {
                number(kind, what, field, 255)?;
            }
            hexadecimal(kind, hex)
        }
        RecordType::Sshfp => {
            let [algorithm, print, hex] = fields(kind, value)?;
            number(kind, "Algorithm", algorithm, 255)?;
            number(kind, "FingerprintType", print, 255)?;
            hexadecimal(kind, hex)
        }
        RecordType::Caa => caa(value),
        RecordType::Naptr => naptr(value),
        RecordType::Svcb | RecordType::Https => {
            let mut words = value.split_ascii_whitespace();
            let (Some(priority), Some(target)) = (words.next(), words.next()) else {
                return Err(wrong(kind, "NotTwoFields", "record doesn't have 2 fields"));
            };
            number(kind, "Priority", priority, u64::from(u16::MAX))?;
            name(target)
        }
    }
}

fn wrong(kind: RecordType, what: &str, words: &str) -> String {
    format!("{kind}RRDATA{what} ({kind} {words})", kind = kind.as_str())
}

/// The words of a value, which has to have so many.
fn fields<const N: usize>(kind: RecordType, value: &str) -> Result<[&str; N], String> {
    const COUNTS: [&str; 8] = ["Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven"];
    let found: Vec<&str> = value.split_ascii_whitespace().collect();
    found.try_into().map_err(|_| {
        let what = format!("Not{}Fields", COUNTS.get(N).copied().unwrap_or_default());
        wrong(kind, &what, &format!("record doesn't have {N} fields"))
    })
}

fn name(value: &str) -> Result<(), String> {
    Name::parse(value).map(|_| ()).map_err(|bad| bad.words().to_owned())
}

fn number(kind: RecordType, what: &str, field: &str, most: u64) -> Result<(), String> {
    let is_number = !field.is_empty() && field.bytes().all(|octet| octet.is_ascii_digit());
    match field.parse::<u64>() {
        Ok(number) if is_number && number <= most => Ok(()),
        _ => {
            let words = format!("{} must be an integer between 0 and {most}", what.to_lowercase());
            Err(wrong(kind, &format!("Illegal{what}"), &words))
        }
    }
}

fn hexadecimal(kind: RecordType, field: &str) -> Result<(), String> {
    if field.len().is_multiple_of(2) && field.bytes().all(|octet| octet.is_ascii_hexdigit()) {
        Ok(())
    } else {
        Err(wrong(kind, "IllegalHexadecimal", "value is not hexadecimal"))
    }
}

fn caa(value: &str) -> Result<(), String> {
    let kind = RecordType::Caa;
    let mut words = value.trim().splitn(3, |c: char| c.is_ascii_whitespace());
    let (Some(flags), Some(tag), Some(text)) = (words.next(), words.next(), words.next()) else {
        return Err(wrong(kind, "NotThreeFields", "record doesn't have 3 fields"));
    };
    number(kind, "Flags", flags, 255)?;
    if !CAA_TAGS.contains(&tag.to_ascii_lowercase().as_str()) {
        return Err(wrong(kind, "IllegalTag", "tag must be issue, issuewild or iodef"));
    }
    one_string(text)
}

fn naptr(value: &str) -> Result<(), String> {
    let kind = RecordType::Naptr;
    let mut words = value.trim().splitn(3, |c: char| c.is_ascii_whitespace());
    let (Some(order), Some(preference), Some(rest)) = (words.next(), words.next(), words.next()) else {
        return Err(wrong(kind, "NotSixFields", "record doesn't have 6 fields"));
    };
    number(kind, "Order", order, u64::from(u16::MAX))?;
    number(kind, "Preference", preference, u64::from(u16::MAX))?;
    let Some((quoted, replacement)) = rest.trim().rsplit_once(|c: char| c.is_ascii_whitespace()) else {
        return Err(wrong(kind, "NotSixFields", "record doesn't have 6 fields"));
    };
    if strings(quoted)?.len() != 3 {
        return Err(wrong(kind, "NotSixFields", "record doesn't have 6 fields"));
    }
    name(replacement)
}

fn one_string(text: &str) -> Result<(), String> {
    match strings(text)?.len() {
        1 => Ok(()),
        _ => Err(UNQUOTED.to_owned()),
    }
}

const UNQUOTED: &str = "InvalidCharacterString (Value should be enclosed in quotation marks)";

/// The octets of each quoted string of a value.
pub(crate) fn strings(value: &str) -> Result<Vec<Vec<u8>>, &'static str> {
    let mut found = Vec::new();
    let mut rest = value.trim().bytes().peekable();
    while let Some(octet) = rest.next() {
        if octet.is_ascii_whitespace() {
            continue;
        }
        if octet != b'"' {
            return Err(UNQUOTED);
        }
        found.push(string(&mut rest)?);
    }
    if found.is_empty() { Err(UNQUOTED) } else { Ok(found) }
}

/// One string, behind its first quotation mark.
fn string(rest: &mut impl Iterator<Item = u8>) -> Result<Vec<u8>, &'static str> {
    const UNSUPPORTED: &str = "UnsupportedCharacter (Value contains unsupported characters)";
    let mut text = Vec::new();
    loop {
        let octet = match rest.next().ok_or(UNQUOTED)? {
            b'"' => break,
            b'\\' => match rest.next().ok_or(UNQUOTED)? {
                first @ b'0'..=b'7' => {
                    let mut value = u16::from(first - b'0');
                    for _ in 0..2 {
                        let digit = rest.next().filter(|digit| (b'0'..=b'7').contains(digit));
                        value = value * 8 + u16::from(digit.ok_or(UNSUPPORTED)? - b'0');
                    }
                    u8::try_from(value).map_err(|_| UNSUPPORTED)?
                }
                other => other,
            },
            octet @ (b' '..=b'~' | b'\t') => octet,
            _ => return Err(UNSUPPORTED),
        };
        text.push(octet);
        if text.len() > MOST_STRING {
            return Err("CharacterStringTooLong (Value is too long)");
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::record::model::RecordType as T;

    #[track_caller]
    fn checked(kind: T, value: &str, want: &str) {
        let found = check(kind, value).err().unwrap_or_default();
        let word = found.split(' ').next().unwrap_or_default();
        assert_eq!(word, want, "{} {value}", kind.as_str());
    }

    #[test]
    fn values_are_what_their_types_take() {
        let long = format!("\"{}\"", "a".repeat(256));
        for (kind, value, want) in [
            (T::A, "192.0.2.1", ""),
            (T::A, "www.example.com", "ARRDATAIllegalIPv4Address"),
            (T::Aaaa, "2001:db8::1", ""),
            (T::Aaaa, "192.0.2.1", "AAAARRDATAIllegalIPv6Address"),
            (T::Cname, "a.example.com", ""),
            (T::Cname, "", "DomainNameEmpty"),
            (T::Mx, "10 mail.example.com", ""),
            (T::Mx, "mail.example.com", "MXRRDATANotTwoFields"),
            (T::Mx, "70000 mail.example.com", "MXRRDATAIllegalPriority"),
            (T::Mx, "+1 mail.example.com", "MXRRDATAIllegalPriority"),
            (T::Txt, "\"a b\" \"c\\\"d\"", ""),
            (T::Txt, "a", "InvalidCharacterString"),
            (T::Txt, "\"a", "InvalidCharacterString"),
            (T::Txt, "\"ä\"", "UnsupportedCharacter"),
            (T::Txt, "\"\\344\"", ""),
            (T::Txt, &long, "CharacterStringTooLong"),
            (T::Srv, "1 2 3 a.example.com", ""),
            (T::Srv, "1 2 a.example.com", "SRVRRDATANotFourFields"),
            (T::Caa, "0 issue \"ca.example.com\"", ""),
            (T::Caa, "0 other \"x\"", "CAARRDATAIllegalTag"),
            (T::Caa, "0 issue", "CAARRDATANotThreeFields"),
            (T::Naptr, "100 10 \"U\" \"SIP+D2U\" \"!^.*$!sip:a@b!\" .", ""),
            (T::Naptr, "100 10 \"U\" .", "NAPTRRRDATANotSixFields"),
            (T::Ds, "12345 13 2 00ff", ""),
            (T::Ds, "12345 13 2 xyz0", "DSRRDATAIllegalHexadecimal"),
            (T::Tlsa, "3 1 1 00ff", ""),
            (T::Sshfp, "1 1 00ff", ""),
            (T::Svcb, "1 . alpn=\"h2\"", ""),
            (T::Https, "1", "HTTPSRRDATANotTwoFields"),
            (T::Soa, "a. b. 1 7200 900 1209600 86400", ""),
            (T::Soa, "a. b. 1 7200 900 1209600", "SOARRDATANotSevenFields"),
        ] {
            checked(kind, value, want);
        }
    }
}
