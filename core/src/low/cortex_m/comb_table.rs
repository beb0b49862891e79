//! What the comb's teeth add up to: made by adding points, not by trust; the test below does it again.
//!
//! Table j's entry n, of n = 0 to 7, is the point 2^(128 j) (2^96 ± 2^64 ± 2^32 ± 1) B, with + for the i-th power of 2^32
//! where bit i of n is 1. It is kept as y + x, y - x and 2 d x y, each modulo p in eight limbs; a row holds one limb of all
//! eight entries, for they are read together. The file was written by a script that adds points by the affine law of RFC 8032,
//! section 5.1.4, in whole numbers modulo p.

/// y + x, y - x and 2 d x y; of each the limbs; of each the entries.
pub(super) type Table = [[[u32; 8]; 8]; 3];

#[rustfmt::skip]
pub(super) static TABLES: [Table; 2] = [
    [
        // y + x
        [
            [0x0397fca7, 0x3744966a, 0x650d54db, 0x9069080c, 0x2c9315d4, 0xff2742b2, 0xee47e550, 0x312eced9],
            [0x2a577225, 0xfce65368, 0xf820238a, 0xa7582a6d, 0x5cf2d0e2, 0x62914355, 0x4db12772, 0x9ea81138],
            [0x3cb9753e, 0x27bb44ba, 0xa453df96, 0x65154b0f, 0x3931348d, 0x8be73d34, 0xa3edfa41, 0xfd0e579d],
            [0x44b94080, 0x855dfd3a, 0xd1f20eff, 0x8078ea92, 0x0eed3a2e, 0x6b2d56b4, 0xfa7c69ee, 0x85e9d4d4],
            [0xf87fc4e9, 0xe82cacad, 0x055cfc00, 0x64ad4287, 0x39699841, 0x9440a345, 0x7405d3d0, 0x23d68e7c],
            [0xaf026228, 0xf3caab5c, 0x267d92e5, 0xd2c5998a, 0x94e81e66, 0x175e4e8c, 0xfc144ea7, 0x2308ba50],
            [0x4f35b0f1, 0x980e68ea, 0x5e07376b, 0x1e85f30b, 0x7e76dbd6, 0xf65150ef, 0x3b12b81e, 0xf6983f2f],
            [0x22a820ae, 0x3e91b142, 0x6cda92a2, 0x5f9b1c78, 0x4a392977, 0x0ea336af, 0x30d2a5c1, 0x36b2632b],
        ],
        // y - x
        [
            [0xc09d4311, 0x3f91929f, 0x17a01e90, 0xa38a42b2, 0x506e9bd0, 0xc7abe7ef, 0xb99fc163, 0xf87a7d71],
            [0x82a8189c, 0xe00edf51, 0x69c77612, 0x370cc196, 0xaae37317, 0x2844dbc0, 0xad0d8a0f, 0x19a9f3f1],
            [0x5ff54713, 0x8df02147, 0x3a67ddc5, 0x25c4b97e, 0x398cac07, 0x892111e4, 0x4eac070d, 0x78b0d72d],
            [0x2048f392, 0xa3857b73, 0xf06699f7, 0xb5e0d05c, 0x36ba18af, 0x3a768f97, 0x1439cd64, 0x60077d68],
            [0xed80835b, 0x8d0cc58c, 0x42bdc0e7, 0xd71b9deb, 0x967d8016, 0xfd0cafd6, 0x737a8b58, 0x01a59bbf],
            [0xa1764b6c, 0x1937419d, 0x6cd44576, 0xf1513c25, 0x6668c2f5, 0x0adef30a, 0x73d7981e, 0x8921d761],
            [0x153b66fe, 0x950b56b7, 0xf762f081, 0x14b64ab9, 0x2b279c93, 0x4ce0e548, 0x31422e05, 0xf8407391],
            [0x0ac08019, 0x2ea59749, 0x27fb1585, 0x2e176aab, 0x5ebb9c46, 0x7198392d, 0x2901a426, 0x262e84e2],
        ],
        // 2 d x y
        [
            [0x9ea59a31, 0xfa2eac89, 0xef2c584e, 0xd754498c, 0xdcecb61b, 0x50b2f4a0, 0x81863404, 0xd3285253],
            [0x9c1f3c0f, 0x8a94ed06, 0x30a07bac, 0x69fc32db, 0x4793ae53, 0xdc1a4a21, 0xd9968149, 0xcdc70136],
            [0x6a717967, 0xc0399aad, 0xc553558b, 0x53dca4ca, 0xa0564380, 0xe1eb1dc9, 0x9706f8ad, 0x014124e2],
            [0xc1b84fba, 0xd41f2006, 0xf6d1bdfa, 0x5ec290ca, 0x44af4b6c, 0xe223b635, 0x045f6d1e, 0x7fff27a4],
            [0xdb2a2097, 0xe4fba43b, 0xfb856553, 0x547b65a7, 0xfd91224f, 0xbe299453, 0xe4007dc6, 0xdb2a2df9],
            [0xb7898aec, 0x37ecbf45, 0x97e0e078, 0xad9733b1, 0x450042b7, 0x148bb940, 0x1e6accc4, 0xe29ac913],
            [0x9a18b015, 0x106588d5, 0xb406a780, 0x1bd844b4, 0x53347254, 0x116f7802, 0x91d4b492, 0x66338730],
            [0x76da4ecb, 0x43370239, 0x1c919aa9, 0x421b7b4f, 0x1b38894a, 0x3874e6f9, 0x7a96f9d7, 0x1d3bdc38],
        ],
    ],
    [
        // y + x
        [
            [0x8df8647c, 0x2426a68f, 0x2c1f4959, 0xa77e5e56, 0xe0b5dbba, 0x9c166abb, 0xcea1ca1d, 0xf191a8dc],
            [0x4e26f181, 0x363efa41, 0x43f675dc, 0xa2a3e7e4, 0x5babbd6a, 0x9abc0264, 0x32493429, 0x26788efa],
            [0xb11a9fc0, 0x5f765455, 0x0ee2074e, 0x847fa48d, 0x9acd7788, 0x98050fee, 0xa3128ed9, 0xe7263590],
            [0x03a11ccc, 0xccb12f28, 0x6136e50a, 0xeedd7736, 0x96e8b62a, 0x1edee39a, 0xb573943f, 0xe8dfccfc],
            [0x27a061a0, 0x1adde5c7, 0xc801e6ae, 0xdfc4753c, 0x8a4a0dac, 0xed7a0e10, 0x3df67179, 0xaa2026d1],
            [0xf4e76296, 0xfcf988f4, 0xa2c5d4f5, 0x8908bcaa, 0xf9f4c2df, 0x848eab44, 0x6255ea5c, 0x157c9362],
            [0xda43e355, 0x5ea7469f, 0x9e4dac9d, 0x64ff09e1, 0x8db8d33e, 0x7a6d00af, 0x05a0e820, 0x4a5d144f],
            [0x655a7d3a, 0x20c95a0e, 0x484981f9, 0x27a7c419, 0x7be577c6, 0x75588195, 0x4e7732ee, 0x4e32caad],
        ],
        // y - x
        [
            [0xdc3d3fdb, 0xed324c1d, 0x2497a514, 0x65a10218, 0x0a45747b, 0x21de6781, 0x676c3853, 0x563adb50],
            [0xdb81a93c, 0x66753a8c, 0x48308403, 0xdd9c385d, 0x73e35589, 0x49deda95, 0xa083801a, 0xec9b891d],
            [0x8d983a49, 0xf9d0c182, 0xbc6dfd10, 0xa090c3ad, 0xd313b312, 0x8ec9d3ec, 0xb8716e89, 0x1f671dce],
            [0x1e867147, 0x324f7fe6, 0x1052a4fc, 0xdcd87890, 0x6b3897ba, 0x2fd79f87, 0xd6b01cce, 0x8d78b1db],
            [0x884e483e, 0x654fe7f0, 0xffd8597d, 0xd320b5f7, 0xeb3592e5, 0xc570929d, 0xea92f320, 0x282d197c],
            [0x1d6fbe3d, 0x2a86b7e4, 0xf05d4630, 0x0e137477, 0xd490bbd6, 0x448cbb08, 0x6ac39c64, 0x69617115],
            [0x869c2f18, 0x37d49992, 0xcdb9fc94, 0x0822bd4c, 0x5ff27733, 0x462933cc, 0x7d22dafa, 0x5573a978],
            [0x424d19e1, 0x0861cbdc, 0x2ccf0128, 0x00ec7904, 0x63565103, 0x152369a9, 0x4b4ee9a5, 0x1ae2643a],
        ],
        // 2 d x y
        [
            [0xb0f8498d, 0x33ef754e, 0xeea5c048, 0x9f355d39, 0xe4d73276, 0x22775c38, 0x4c58ecfb, 0x4fcf2434],
            [0x64cdcdaf, 0x4daad226, 0x35649923, 0x4c7e1884, 0x815aada9, 0x40be5d00, 0x1d8bd67d, 0x09636fb7],
            [0x652bcb58, 0xd29082e0, 0xe5b3a2d8, 0xb7867c9d, 0xb32d302f, 0xcc146b5f, 0x11935451, 0xaf995a40],
            [0x9d8c92c1, 0x3842c31a, 0x4dfc8b51, 0x97f2aa90, 0x764f4211, 0xdd1b0985, 0x1c483517, 0xdd881e20],
            [0xefc9e2e3, 0x3f837d26, 0x6e5953f0, 0xa62f408e, 0x404225f2, 0x565be69f, 0x9eaeab2f, 0x5f91c2b7],
            [0x04d0d488, 0x6a9d879f, 0x526b5e24, 0x1e6b89b6, 0x6b37c837, 0xbdc4bb28, 0x01eb583f, 0xce211a89],
            [0x77d50dba, 0xea602599, 0xaa371f57, 0xb9c94ba4, 0x50689230, 0x232db50c, 0x981eaf25, 0xfd4900aa],
            [0x2657314a, 0x3234bc1d, 0x34544e75, 0x2af97683, 0x30c8000d, 0x79f47698, 0x10a123f2, 0x6a50999c],
        ],
    ],
];

#[cfg(test)]
mod tests {
    use super::super::edwards::{Affine, Cached, Point};
    use super::super::field::{self, Limbs};
    use super::TABLES;

    /// 4/5, with the even x.
    const BASE: [u8; 32] = {
        let mut bytes = [0x66; 32];
        bytes[0] = 0x58;
        bytes
    };

    fn limbs(column: usize, rows: &[[u32; 8]; 8]) -> Limbs {
        rows.map(|row| row[column])
    }

    /// By nothing but doubling and adding, and the base point from RFC 8032.
    #[test]
    fn entries_are_the_sums_of_their_teeth() {
        let mut negative = BASE;
        negative[31] |= 0x80;
        let mut power = Point::NEUTRAL;
        power.decompress_negative_vartime(&negative).unwrap();
        for [sum, difference, product] in &TABLES {
            let teeth = [(); 4].map(|()| {
                let mut tooth = Cached::NEUTRAL;
                power.cache(&mut tooth);
                (0..32).for_each(|_| power.double());
                tooth
            });
            let [one, two, three, last] = &teeth;
            for n in 0..8 {
                let mut expected = Point::NEUTRAL;
                for (bit, tooth) in [one, two, three].into_iter().enumerate() {
                    if n >> bit & 1 == 1 { expected.add(tooth) } else { expected.sub(tooth) }
                }
                expected.add(last);

                let [sum, difference, product] =
                    [sum, difference, product].map(|rows| limbs(n, rows));
                for element in [&sum, &difference, &product] {
                    assert_eq!(field::bytes(element), field::to_bytes(element), "not below p");
                }
                let mut entry = Point::NEUTRAL;
                entry.add(one);
                entry.add_affine(&Affine { sum, difference, product });
                // The product counts where the other point is not neutral.
                expected.add(one);
                assert_eq!(entry.compress(), expected.compress(), "{n}");
            }
        }
    }
}
