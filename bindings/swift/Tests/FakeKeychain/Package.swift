// swift-tools-version: 6.0
//
// Saltbox over a Keychain that is played, so that Linux runs what otherwise only Apple's platforms compile. Assembled below
// target/ by `cargo xtask bindings swift`. It shows that the store's logic is right if the Keychain does what the module
// `Security` here does; that Apple's does so, it cannot show.

import PackageDescription

let package = Package(
    name: "FakeKeychain",
    targets: [
        .systemLibrary(name: "SaltboxFFI"),
        .target(name: "Security"),
        .target(
            name: "Saltbox", dependencies: ["SaltboxFFI", "Security"], exclude: ["PrivacyInfo.xcprivacy"],
            linkerSettings: [
                .unsafeFlags(["-L\(Context.packageDirectory)/lib"]),
                .linkedLibrary("saltbox_ffi"),
            ]),
        .testTarget(name: "KeychainTests", dependencies: ["Saltbox", "Security"]),
        .testTarget(name: "ReadmeTests", dependencies: ["Saltbox"]),
    ],
    swiftLanguageModes: [.v6]
)
