; The installer for Windows, by Inno Setup 6. Not tried: it was written on Linux.
; iscc /DVersion=0.1.0 packaging\desktop\windows\gas-desktop.iss

#ifndef Version
  #error Say the version: iscc /DVersion=0.1.0 gas-desktop.iss
#endif

[Setup]
; By this Windows knows the app in its list of programs; it must never change.
AppId={{B2A31525-EABD-471D-9A7B-9ECD1BEA529B}
AppName=Genomics Annotation Service
AppVersion={#Version}
AppPublisher=Genomics Annotation Service
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
ChangesAssociations=yes
CloseApplications=yes
Compression=lzma2
DefaultDirName={autopf}\Genomics Annotation Service
DisableProgramGroupPage=yes
LicenseFile=..\..\..\LICENSE
MinVersion=10.0.17763
OutputBaseFilename=gas-desktop-{#Version}
OutputDir=..\..\..\dist
; Nobody needs to be an administrator to install it for themselves.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
SolidCompression=yes
UninstallDisplayIcon={app}\gas-desktop.exe
WizardStyle=modern

[Files]
Source: "..\..\..\dist\gas-desktop\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[InstallDelete]
; What an earlier version had and this one has not would otherwise stay.
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{autoprograms}\Genomics Annotation Service"; Filename: "{app}\gas-desktop.exe"; \
  AppUserModelID: "local.genomics-annotation-service.gas-desktop"

[Registry]
; "Open with" for VCF, compressed VCF and BCF; nothing is taken away from the address book.
Root: HKA; Subkey: "Software\Classes\Applications\gas-desktop.exe"; ValueType: string; \
  ValueName: "FriendlyAppName"; ValueData: "Genomics Annotation Service"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Applications\gas-desktop.exe\shell\open\command"; \
  ValueType: string; ValueData: """{app}\gas-desktop.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\Applications\gas-desktop.exe\SupportedTypes"; \
  ValueType: string; ValueName: ".vcf"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\gas-desktop.exe\SupportedTypes"; \
  ValueType: string; ValueName: ".gz"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\gas-desktop.exe\SupportedTypes"; \
  ValueType: string; ValueName: ".bcf"; ValueData: ""

[Run]
Filename: "{app}\gas-desktop.exe"; Description: "Open the app"; \
  Flags: nowait postinstall skipifsilent
