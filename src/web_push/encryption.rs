//! The encryption of a message for a browser: RFC 8291 over `aes128gcm` (RFC 8188), in one record.

use crate::core::Problem;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use ring::rand::SystemRandom;

/// Bytes of a point of P-256, uncompressed.
pub const POINT: usize = 65;
/// Bytes of a browser's secret.
pub const AUTH: usize = 16;
/// Bytes of the salt.
const SALT: usize = 16;
/// Bytes of a record, which is the most that every push service takes (RFC 8030).
const RECORD: u32 = 4096;
/// The most bytes of a message: a record without head, delimiter and tag.
pub const LONGEST: usize = 4096 - (SALT + 4 + 1 + POINT) - 1 - 16;
/// Stands behind the last part of a message.
const LAST: u8 = 2;

/// What a message is encrypted with.
struct Material<'a> {
    /// What both sides have agreed on.
    shared: &'a [u8],
    /// The browser's public key.
    receiver: &'a [u8],
    /// The browser's secret.
    auth: &'a [u8],
    /// Our public key of this message.
    sender: &'a [u8],
    salt: [u8; SALT],
}

/// The length of what is derived.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive(from: &Prk, info: &[&[u8]], length: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = vec![0; length];
    let derived = from.expand(info, Length(length)).map_err(Problem::internal)?;
    derived.fill(&mut bytes).map_err(Problem::internal)?;
    Ok(bytes)
}

fn encrypt_with(with: &Material<'_>, plain: &[u8]) -> Result<Vec<u8>, Problem> {
    let agreed = Salt::new(HKDF_SHA256, with.auth).extract(with.shared);
    let input = derive(&agreed, &[b"WebPush: info\0", with.receiver, with.sender], 32)?;
    let of_message = Salt::new(HKDF_SHA256, &with.salt).extract(&input);
    let key = derive(&of_message, &[b"Content-Encoding: aes128gcm\0"], 16)?;
    let nonce: [u8; NONCE_LEN] = derive(&of_message, &[b"Content-Encoding: nonce\0"], NONCE_LEN)?
        .try_into()
        .map_err(|_| Problem::internal("a nonce of another length"))?;
    let mut record = Vec::with_capacity(plain.len() + 1 + AES_128_GCM.tag_len());
    record.extend_from_slice(plain);
    record.push(LAST);
    LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).map_err(Problem::internal)?)
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record)
        .map_err(Problem::internal)?;
    let length = u8::try_from(with.sender.len()).map_err(Problem::internal)?;
    Ok([&with.salt[..], &RECORD.to_be_bytes(), &[length], with.sender, &record].concat())
}

/// Encrypts a message for a browser by its public key and its secret: the body of the call.
///
/// # Errors
/// Where the key is no point of P-256, the message is longer than [`LONGEST`], or the system gives no randomness.
pub fn encrypt(receiver: &[u8], auth: &[u8], plain: &[u8]) -> Result<Vec<u8>, Problem> {
    if plain.len() > LONGEST {
        return Err(Problem::internal("the message is longer than a record"));
    }
    let own = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).map_err(Problem::internal)?;
    let sender = own.compute_public_key().map_err(Problem::internal)?;
    let mut salt = [0; SALT];
    getrandom::fill(&mut salt)?;
    let theirs = UnparsedPublicKey::new(&ECDH_P256, receiver);
    let shared = agree_ephemeral(own, &theirs, <[u8]>::to_vec).map_err(Problem::internal)?;
    encrypt_with(&Material { shared: &shared, receiver, auth, sender: sender.as_ref(), salt }, plain)
}

/// Whether bytes are a point of P-256 by which something can be encrypted.
pub fn is_point(bytes: &[u8]) -> bool {
    bytes.len() == POINT && encrypt(bytes, &[0; AUTH], b"").is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use p256::elliptic_curve::point::AffineCoordinates;
    use p256::{PublicKey, SecretKey};

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    fn agree(private: &[u8], public: &[u8]) -> Vec<u8> {
        let (private, public) =
            (SecretKey::from_slice(private).unwrap(), PublicKey::from_sec1_bytes(public).unwrap());
        let point = (public.to_projective() * *private.to_nonzero_scalar()).to_affine();
        point.x().to_vec()
    }

    /// The example of RFC 8291, section 5 and appendix A.
    #[test]
    fn the_example_of_the_standard() {
        let receiver =
            bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
        let sender =
            bytes("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8");
        let shared = agree(&bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), &receiver);
        assert_eq!(shared, bytes("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs"));
        assert_eq!(agree(&bytes("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), &sender), shared);
        let with = Material {
            shared: &shared,
            receiver: &receiver,
            auth: &bytes("BTBZMqHH6r4Tts7J_aSIgg"),
            sender: &sender,
            salt: bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap(),
        };
        let message = encrypt_with(&with, b"When I grow up, I want to be a watermelon").unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(message),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_\
             yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn what_is_no_key_of_a_browser_is_refused() {
        assert!(!is_point(&[]) && !is_point(&[4; POINT]) && !is_point(&[0; POINT]));
        let receiver =
            bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
        assert!(is_point(&receiver));
        assert_eq!(encrypt(&receiver, &[1; AUTH], &[b'x'; LONGEST]).unwrap().len(), RECORD as usize);
        assert!(encrypt(&receiver, &[1; AUTH], &[b'x'; LONGEST + 1]).is_err());
    }
}
