// swift-tools-version: 6.0
//
// Assembled by `cargo xtask package swift`, which puts beside these sources what it generates and builds: Saltbox.swift,
// the C header with its module map, and the native library.

import PackageDescription

#if os(Linux)
// The module map and header in Sources/SaltboxFFI, and a static library: an app carries what it uses of it.
let native: Target = .systemLibrary(name: "SaltboxFFI")
let linked: [LinkerSetting] = [
    .unsafeFlags(["-L\(Context.packageDirectory)/lib"]),
    .linkedLibrary("saltbox_ffi"),
]
let resources: [Resource] = []
let excluded = ["PrivacyInfo.xcprivacy"]
#else
let native: Target = .binaryTarget(name: "SaltboxFFI", path: "SaltboxFFI.xcframework")
let linked: [LinkerSetting] = []
let resources: [Resource] = [.copy("PrivacyInfo.xcprivacy")]
let excluded: [String] = []
#endif

let package = Package(
    name: "Saltbox",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [.library(name: "Saltbox", targets: ["Saltbox"])],
    targets: [
        native,
        .target(
            name: "Saltbox", dependencies: ["SaltboxFFI"], exclude: excluded, resources: resources,
            linkerSettings: linked),
        .testTarget(name: "SaltboxTests", dependencies: ["Saltbox"], resources: [.copy("Vectors")]),
    ],
    swiftLanguageModes: [.v6]
)
