//! How server certificates are stored: under account and name.

use super::ServerCertificate;
use store::Record;

impl Record for ServerCertificate {
    const TABLE: &'static str = "iam_server_certificate";
    type Key = String;

    fn key(&self) -> String {
        self.home.key(&self.name)
    }
}
