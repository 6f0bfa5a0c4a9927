//! The few elements of DER (X.690) that keys are written in.

use num_bigint::BigUint;

/// An element: tag, length, content.
pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    match u8::try_from(content.len()) {
        Ok(short) if short < 0x80 => bytes.push(short),
        _ => {
            let length = content.len().to_be_bytes();
            let zeros = length.iter().take_while(|byte| **byte == 0).count();
            let length = &length[zeros..];
            // A usize has eight bytes at the most.
            bytes.push(0x80 | u8::try_from(length.len()).unwrap_or(8));
            bytes.extend_from_slice(length);
        }
    }
    bytes.extend_from_slice(content);
    bytes
}

/// A sequence of integers.
pub(crate) fn integers(numbers: &[&BigUint]) -> Vec<u8> {
    let body: Vec<u8> =
        numbers.iter().flat_map(|number| element(0x02, &positive(&number.to_bytes_be()))).collect();
    element(0x30, &body)
}

/// A number whose first bit would mean a sign gets a zero before it. SSH's `mpint` has the same rule.
pub(crate) fn positive(number: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(number.len() + 1);
    if number.first().is_some_and(|byte| byte & 0x80 != 0) {
        bytes.push(0);
    }
    bytes.extend_from_slice(number);
    bytes
}
