//! The id of a request, in the form of the service that answers.

use std::sync::OnceLock;

/// One request's id.
pub(super) struct RequestId {
    uuid: String,
    /// S3's two ids, made once they are asked for.
    of_s3: OnceLock<(String, String)>,
}

impl RequestId {
    pub(super) fn new(uuid: String) -> Self {
        Self { uuid, of_s3: OnceLock::new() }
    }

    /// A UUID; of S3, 16 capital letters and digits.
    pub(super) fn text(&self, is_s3: bool) -> &str {
        if is_s3 { &self.of_s3().0 } else { &self.uuid }
    }

    /// S3's second id, `x-amz-id-2`: 76 characters of base64.
    pub(super) fn host_id(&self) -> &str {
        &self.of_s3().1
    }

    fn of_s3(&self) -> &(String, String) {
        self.of_s3.get_or_init(|| {
            let digits = self.uuid.chars().filter(|c| *c != '-').take(16);
            let id: String = digits.map(|c| c.to_ascii_uppercase()).collect();
            let host_id = wire::s3_host_id(&id);
            (id, host_id)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::RequestId;

    #[test]
    fn s3_has_a_form_of_its_own() {
        let id = RequestId::new("0f0e0d0c-0b0a-4908-8706-050403020100".to_owned());
        assert_eq!(id.text(false), "0f0e0d0c-0b0a-4908-8706-050403020100");
        assert_eq!(id.text(true), "0F0E0D0C0B0A4908");
        assert_eq!(id.host_id().len(), 76);
    }
}
