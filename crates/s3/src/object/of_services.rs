//! Objects as other services read them.

use super::get;
use super::read::{Pieces, Span, slice};
use crate::encryption::customer::CustomerHeaders;
use ports::{Cx, NamedObject, NoObject, StoredObjects};

/// Bytes of one piece that are read at once.
const CHUNK: u64 = 1 << 20;

/// Reads objects for services.
pub(crate) struct OfServices;

impl StoredObjects for OfServices {
    fn read(&self, cx: &Cx, named: &NamedObject, most: u64) -> Result<Vec<u8>, NoObject> {
        let reading = cx.world().blobs.reading();
        let bare = CustomerHeaders { algorithm: None, key: None, md5: None };
        let found = get::pieces(cx, named).map_err(|_| NoObject::Missing)?;
        let (object, pieces) = found;
        if object.size > most {
            return Err(NoObject::TooLarge);
        }
        let secret = object.encryption.open(&bare).map_err(|_| NoObject::Missing)?;
        let whole = slice(&pieces, &Span::whole(object.size));
        let mut reader = Pieces::new(cx, reading, &whole, secret);
        let mut bytes = Vec::new();
        while let Some(chunk) = reader.next_chunk(CHUNK) {
            bytes.extend(chunk.map_err(|_| NoObject::Missing)?);
        }
        Ok(bytes)
    }
}
