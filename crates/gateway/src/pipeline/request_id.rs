//! The id of a request, in the form of the service that answers.

/// One request's id.
pub(super) struct RequestId {
    uuid: String,
}

impl RequestId {
    pub(super) fn new(uuid: String) -> Self {
        Self { uuid }
    }

    /// A UUID; of S3, 16 capital letters and digits.
    pub(super) fn text(&self, is_s3: bool) -> String {
        if !is_s3 {
            return self.uuid.clone();
        }
        self.uuid.chars().filter(|c| *c != '-').take(16).map(|c| c.to_ascii_uppercase()).collect()
    }

    /// S3's second id, `x-amz-id-2`: 76 characters of base64.
    pub(super) fn host_id(&self) -> String {
        wire::s3_host_id(&self.text(true))
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
