// swift-tools-version: 6.0
//
// A gateway on the command line. Lies in the package that `cargo xtask package swift` makes, in Samples/ward:
// `swift run ward --help` there.

import PackageDescription

let package = Package(
    name: "ward",
    platforms: [.macOS(.v12)],
    dependencies: [.package(name: "Saltbox", path: "../..")],
    targets: [
        .executableTarget(name: "ward", dependencies: [.product(name: "Saltbox", package: "Saltbox")])
    ],
    swiftLanguageModes: [.v6]
)
