#!/usr/bin/env bash
# Packs the signed bundle into a disk image, has Apple notarise it, and staples the ticket to it.
# Not tried: it was written on Linux. NOTARY_PROFILE names what `xcrun notarytool store-credentials` has stored.
set -euo pipefail
cd "$(dirname "$0")/../../.."

name="Genomics Annotation Service"
image="dist/gas-desktop.dmg"

codesign --verify --deep --strict "dist/$name.app"
hdiutil create -volname "$name" -srcfolder "dist/$name.app" -ov -format UDZO "$image"
codesign --sign "$CODESIGN_IDENTITY" --timestamp "$image"
xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
xcrun stapler staple "$image"
spctl --assess --type open --context context:primary-signature "$image"
