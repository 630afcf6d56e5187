//! The regions of registration that a code may name: the first four of its six digits.
//!
//! Registers keep the number that a division had when an organisation was registered, and development zones (such as 320594, 610131, 440101)
//! have numbers of their own that GB/T 2260 does not list. So the last two digits are not looked up, and a prefecture counts for good, also after it was
//! abolished or renumbered. The prefectures are those of the lists of the Ministry of Civil Affairs of the years 1980 to 2024, and the zones of the
//! rank of a prefecture that registers use.

/// The whole country: organisations that a central authority registers.
const COUNTRY: &[u8; 6] = b"100000";

/// The municipalities under the central government. Their districts stand under 01 and 02, their zones under others (110302 in Beijing), so
/// these two digits are not looked up.
const MUNICIPALITIES: [&[u8; 2]; 4] = [b"11", b"12", b"31", b"50"];

/// The other provinces, each with the two digits of all its prefectures, present and former. 00 is the province's own, 90 what it administers
/// directly.
const PREFECTURES: [(&[u8; 2], &[u8]); 30] = [
    (b"13", b"0001020304050607080910112122232425262728293090"),
    (b"14", b"0001020304050607080910112122232425262790"),
    (b"15", b"00010203040506070809212223242526272829"),
    (b"21", b"000102030405060708091011121314212290"),
    (b"22", b"00010203040506070821222324252690"),
    (b"23", b"000102030405060708091011122122232425262790"),
    (b"32", b"00010203040506070809101112132122232425262790"),
    (b"33", b"0001020304050607080910112122232425262790"),
    (b"34", b"00010203040506070809101112131415161718212223242526272829"),
    (b"35", b"000102030405060708092122232425262790"),
    (b"36", b"00010203040506070809101121222324252690"),
    (b"37", b"00010203040506070809101112131415161721222324252627282990"),
    (b"41", b"0001020304050607080910111213141516172122232425262728293090"),
    (b"42", b"000102030405060708091011121321222324252627282990"),
    (b"43", b"0001020304050607080910111213212223242526272829303190"),
    (b"44", b"00010203040506070809101112131415161718192021222324252627282951525390"),
    (b"45", b"0001020304050607080910111213142122232425262728"),
    (b"46", b"000102030490"),
    (b"51", b"0001020304050607080910111213141516171819202122232425262728293031323334353637383990"),
    (b"52", b"0001020304050621222324252627"),
    (b"53", b"00010203040506070809212223242526272829303132333435"),
    (b"54", b"0001020304050621222324252627"),
    (b"61", b"000102030405060708091021222324252627"),
    (b"62", b"0001020304050607080910111221222324252627282930"),
    (b"63", b"0001022122232425262728"),
    (b"64", b"0001020304052122"),
    (b"65", b"0001020304052122232425262728293031324041424390"),
    (b"71", b"00"),
    (b"81", b"00"),
    (b"82", b"00"),
];

/// Zones of the rank of a prefecture, which are not in GB/T 2260: Xiong'an (雄安新区), the reform zone of Shanxi (山西综改示范区), Gui'an
/// (贵安新区), Xixian (西咸新区).
const ZONES: [&[u8; 4]; 4] = [b"1331", b"1499", b"5209", b"6111"];

/// Whether six characters are the number of a region in which organisations are registered.
pub(super) fn is_region(digits: &[u8; 6]) -> bool {
    let [p1, p2, c1, c2, ..] = digits;
    if !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let (province, prefecture) = ([*p1, *p2], [*c1, *c2]);
    let listed = PREFECTURES
        .iter()
        .find(|(known, _)| **known == province)
        .is_some_and(|(_, known)| known.chunks_exact(2).any(|known| known == prefecture));
    listed
        || MUNICIPALITIES.contains(&&province)
        || ZONES.contains(&&[*p1, *p2, *c1, *c2])
        || digits == COUNTRY
}

#[cfg(test)]
pub(super) fn any_known() -> Vec<String> {
    let text = |digits: &[u8]| String::from_utf8_lossy(digits).into_owned();
    let listed = PREFECTURES.iter().flat_map(|(province, known)| {
        known.chunks_exact(2).map(|known| text(&[province.as_slice(), known].concat()))
    });
    let municipalities = MUNICIPALITIES
        .iter()
        .flat_map(|province| ["00", "01", "03"].map(|rest| format!("{}{rest}", text(*province))));
    listed.chain(municipalities).chain(ZONES.iter().map(|zone| text(*zone))).collect()
}
