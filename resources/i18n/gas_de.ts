<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name></name>
    <message>
        <source>A page has opened in your browser. What you change there shows here at once.</source>
        <translation>Im Browser hat sich eine Seite geöffnet. Was Sie dort ändern, zeigt sich hier sofort.</translation>
    </message>
    <message>
        <source>Opening the page…</source>
        <translation>Seite wird geöffnet…</translation>
    </message>
    <message>
        <source>Log copied</source>
        <translation>Protokoll kopiert</translation>
    </message>
    <message>
        <source>Support bundle</source>
        <translation>Paket für die Hilfe</translation>
    </message>
    <message>
        <source>This is all that is in it. Read it, save it where you like, and send it to whoever helps you; the app sends nothing.</source>
        <translation>Das ist alles, was darin ist. Lesen Sie es, speichern Sie es, wo Sie möchten, und schicken Sie es, wem Sie möchten; die App schickt nichts.</translation>
    </message>
    <message>
        <source>Support bundle saved</source>
        <translation>Paket für die Hilfe gespeichert</translation>
    </message>
    <message>
        <source>Something went wrong in the app</source>
        <translation>In der App ist etwas schiefgegangen</translation>
    </message>
    <message>
        <source>It goes on as well as it can. If you want to tell somebody, this says what happened; it is kept only if you save it. Look for what should not leave this machine before you pass it on.</source>
        <translation>Sie macht weiter, so gut sie kann. Wenn Sie es jemandem melden möchten, steht hier, was geschah; behalten wird es nur, wenn Sie es speichern. Sehen Sie vor dem Weitergeben nach, ob etwas darin diesen Rechner nicht verlassen soll.</translation>
    </message>
    <message>
        <source>{path} cannot be written: {reason}.</source>
        <translation>{path} kann nicht geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>{file} is annotated</source>
        <translation>{file} ist annotiert</translation>
    </message>
    <message>
        <source>{file} could not be annotated</source>
        <translation>{file} konnte nicht annotiert werden</translation>
    </message>
    <message numerus="yes">
        <source>%Ln result(s) are back</source>
        <translation>
            <numerusform>%Ln Ergebnis ist zurück</numerusform>
            <numerusform>%Ln Ergebnisse sind zurück</numerusform>
        </translation>
    </message>
    <message>
        <source>Request ID copied</source>
        <translation>Auftragsnummer kopiert</translation>
    </message>
    <message>
        <source>The result of {file} is back</source>
        <translation>Das Ergebnis von {file} ist wieder da</translation>
    </message>
    <message>
        <source>Offline: the service cannot be reached.</source>
        <translation>Offline: Der Dienst ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>The request for your annotations was refused, by the service or by a proxy on the way to it.</source>
        <translation>Die Anfrage nach Ihren Annotationen wurde abgelehnt, vom Dienst oder von einem Proxy auf dem Weg dorthin.</translation>
    </message>
    <message>
        <source>The service has a problem.</source>
        <translation>Der Dienst hat ein Problem.</translation>
    </message>
    <message>
        <source>The service is asked too often.</source>
        <translation>Der Dienst wird zu oft gefragt.</translation>
    </message>
    <message>
        <source>Next try in {time}.</source>
        <translation>Nächster Versuch in {time}.</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Jetzt versuchen</translation>
    </message>
    <message>
        <source>Your annotations cannot be read</source>
        <translation>Ihre Annotationen können nicht gelesen werden</translation>
    </message>
    <message>
        <source>The app keeps trying.</source>
        <translation>Die App versucht es weiter.</translation>
    </message>
    <message>
        <source>Cancel the job of {file}?</source>
        <translation>Auftrag von {file} abbrechen?</translation>
    </message>
    <message>
        <source>It ends without a result. To annotate the file later, send it again.</source>
        <translation>Er endet ohne Ergebnis. Um die Datei später zu annotieren, senden Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>{file} is not finished</source>
        <translation>{file} ist noch nicht fertig</translation>
    </message>
    <message>
        <source>Cancel the job first, then delete it.</source>
        <translation>Brechen Sie den Auftrag zuerst ab, dann löschen Sie ihn.</translation>
    </message>
    <message>
        <source>Delete {file}?</source>
        <translation>{file} löschen?</translation>
    </message>
    <message>
        <source>The input, the result and the log are deleted for good.</source>
        <translation>Eingabe, Ergebnis und Protokoll werden endgültig gelöscht.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) could not be annotated</source>
        <translation>
            <numerusform>%Ln Datei konnte nicht annotiert werden</numerusform>
            <numerusform>%Ln Dateien konnten nicht annotiert werden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) annotated</source>
        <translation>
            <numerusform>%Ln Datei annotiert</numerusform>
            <numerusform>%Ln Dateien annotiert</numerusform>
        </translation>
    </message>
    <message>
        <source>After that the result is archived. Download it now, or upgrade to keep it.</source>
        <translation>Danach wird das Ergebnis archiviert. Laden Sie es jetzt herunter, oder behalten Sie es mit Premium.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln download(s) about to expire</source>
        <translation>
            <numerusform>%Ln Download läuft bald ab</numerusform>
            <numerusform>%Ln Downloads laufen bald ab</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln job(s) under way</source>
        <translation>
            <numerusform>%Ln Auftrag unterwegs</numerusform>
            <numerusform>%Ln Aufträge unterwegs</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing is under way</source>
        <translation>Nichts ist unterwegs</translation>
    </message>
    <message>
        <source>The result can be downloaded for {time}.</source>
        <translation>Das Ergebnis kann {time} lang heruntergeladen werden.</translation>
    </message>
    <message>
        <source>This machine has no keyring that can be used, so you stay signed in only until you close the app.</source>
        <translation>Dieser Rechner hat keinen nutzbaren Schlüsselbund, daher bleiben Sie nur angemeldet, bis Sie die App schließen.</translation>
    </message>
    <message>
        <source>Sign out everywhere?</source>
        <translation>Überall abmelden?</translation>
    </message>
    <message>
        <source>This app is signed out here and on all your other machines, and every browser is signed out of the pages of the service. Then a page opens that signs your browser out of Globus.</source>
        <translation>Diese App wird hier und auf allen Ihren anderen Rechnern abgemeldet, und jeder Browser wird von den Seiten des Dienstes abgemeldet. Dann öffnet sich eine Seite, die Ihren Browser bei Globus abmeldet.</translation>
    </message>
    <message>
        <source>You are signed out here only: the service could not be told to sign you out elsewhere. Sign in again and repeat it.</source>
        <translation>Sie sind nur hier abgemeldet: Dem Dienst konnte nicht gesagt werden, dass er Sie anderswo abmelden soll. Melden Sie sich wieder an und wiederholen Sie es.</translation>
    </message>
    <message>
        <source>You are signed out on this machine. Globus could not be told, so the sign-in may stay valid there until it expires.</source>
        <translation>Sie sind auf diesem Rechner abgemeldet. Globus konnte nicht benachrichtigt werden; dort kann die Anmeldung gültig bleiben, bis sie abläuft.</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>Abmelden</translation>
    </message>
    <message>
        <source>An address is like https://gas.example.org or http://127.0.0.1:8400, without spaces.</source>
        <translation>Eine Adresse ist wie https://gas.example.org oder http://127.0.0.1:8400, ohne Leerzeichen.</translation>
    </message>
    <message>
        <source>An address is like https://gas.example.org/manifest.json, without spaces; it must begin with https://.</source>
        <translation>Eine Adresse ist wie https://gas.example.org/manifest.json, ohne Leerzeichen; sie muss mit https:// beginnen.</translation>
    </message>
    <message>
        <source>A key has 44 characters, the last of which is =. Copy all of it.</source>
        <translation>Ein Schlüssel hat 44 Zeichen, das letzte ist =. Kopieren Sie ihn ganz.</translation>
    </message>
    <message>
        <source>The server is not changed</source>
        <translation>Der Server ist nicht geändert</translation>
    </message>
    <message>
        <source>Nothing is changed</source>
        <translation>Nichts ist geändert</translation>
    </message>
    <message>
        <source>Further authorities</source>
        <translation>Weitere Zertifizierungsstellen</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer)</source>
        <translation>Zertifikate (*.pem *.crt *.cer)</translation>
    </message>
    <message>
        <source>{file} holds no certificates that can be used: {reason}.</source>
        <translation>{file} enthält keine nutzbaren Zertifikate: {reason}.</translation>
    </message>
    <message>
        <source>The settings cannot be kept: {reason}.</source>
        <translation>Die Einstellungen können nicht gespeichert werden: {reason}.</translation>
    </message>
    <message>
        <source>Something went wrong</source>
        <translation>Etwas ist schiefgegangen</translation>
    </message>
    <message>
        <source>Please try again.</source>
        <translation>Bitte versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Offline</translation>
    </message>
    <message>
        <source>The service cannot be reached. Try again when you are online.</source>
        <translation>Der Dienst ist nicht erreichbar. Versuchen Sie es noch einmal, wenn Sie online sind.</translation>
    </message>
    <message>
        <source>Certificate not trusted</source>
        <translation>Zertifikat nicht vertrauenswürdig</translation>
    </message>
    <message>
        <source>The certificate of the server is not trusted on this machine. If your network has an authority of its own, choose its file as “Further authorities”, under “Connection…” on the sign-in page or in Settings → Network.</source>
        <translation>Dem Zertifikat des Servers wird auf diesem Rechner nicht vertraut. Wenn Ihr Netz eine eigene Zertifizierungsstelle hat, wählen Sie deren Datei als „Weitere Zertifizierungsstellen“, auf der Anmeldeseite unter „Verbindung…“ oder unter Einstellungen → Netz.</translation>
    </message>
    <message>
        <source>The proxy does not let the app through</source>
        <translation>Der Proxy lässt die App nicht durch</translation>
    </message>
    <message>
        <source>The proxy did not let the app through to the server. Check its address, and the name and password in it, under “Connection…” on the sign-in page or in Settings → Network.</source>
        <translation>Der Proxy hat die App nicht zum Server durchgelassen. Prüfen Sie seine Adresse und den Namen und das Passwort darin, auf der Anmeldeseite unter „Verbindung…“ oder unter Einstellungen → Netz.</translation>
    </message>
    <message>
        <source>Signed out</source>
        <translation>Abgemeldet</translation>
    </message>
    <message>
        <source>Your sign-in has ended. Sign in again to go on.</source>
        <translation>Ihre Anmeldung ist abgelaufen. Melden Sie sich wieder an, um weiterzumachen.</translation>
    </message>
    <message>
        <source>You have signed out everywhere. Sign in again to go on.</source>
        <translation>Sie haben sich überall abgemeldet. Melden Sie sich wieder an, um weiterzumachen.</translation>
    </message>
    <message>
        <source>Account deleted</source>
        <translation>Konto gelöscht</translation>
    </message>
    <message>
        <source>This account was deleted. Signing in makes a new one.</source>
        <translation>Dieses Konto wurde gelöscht. Eine Anmeldung legt ein neues an.</translation>
    </message>
    <message>
        <source>Keyring locked</source>
        <translation>Schlüsselbund gesperrt</translation>
    </message>
    <message>
        <source>Your sign-in is kept in the keyring, which is locked. Unlock it to go on.</source>
        <translation>Ihre Anmeldung liegt im Schlüsselbund, und der ist gesperrt. Entsperren Sie ihn, um weiterzumachen.</translation>
    </message>
    <message>
        <source>Sign-in not kept</source>
        <translation>Anmeldung nicht gespeichert</translation>
    </message>
    <message>
        <source>The keyring refuses to keep your sign-in: it may be full, or closed to changes. Make room in it and try again, or sign in for this session only.</source>
        <translation>Der Schlüsselbund nimmt Ihre Anmeldung nicht an: Er ist vielleicht voll oder lässt keine Änderungen zu. Schaffen Sie dort Platz und versuchen Sie es noch einmal, oder melden Sie sich nur für diese Sitzung an.</translation>
    </message>
    <message>
        <source>The file cannot be read</source>
        <translation>Die Datei kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>Not possible</source>
        <translation>Nicht möglich</translation>
    </message>
    <message>
        <source>The service does not allow that.</source>
        <translation>Der Dienst erlaubt das nicht.</translation>
    </message>
    <message>
        <source>File too large for your plan</source>
        <translation>Datei zu groß für Ihren Tarif</translation>
    </message>
    <message>
        <source>File changed</source>
        <translation>Datei geändert</translation>
    </message>
    <message>
        <source>Download damaged</source>
        <translation>Download beschädigt</translation>
    </message>
    <message>
        <source>Not available</source>
        <translation>Nicht verfügbar</translation>
    </message>
    <message>
        <source>Not there any more</source>
        <translation>Nicht mehr vorhanden</translation>
    </message>
    <message>
        <source>The query cannot be read</source>
        <translation>Die Abfrage ist nicht lesbar</translation>
    </message>
    <message>
        <source>The service has a problem</source>
        <translation>Der Dienst hat ein Problem</translation>
    </message>
    <message>
        <source>The service could not do that just now. Try again in a minute.</source>
        <translation>Der Dienst konnte das gerade nicht. Versuchen Sie es in einer Minute noch einmal.</translation>
    </message>
    <message>
        <source>Too many requests</source>
        <translation>Zu viele Anfragen</translation>
    </message>
    <message>
        <source>The service was asked too often. Wait a minute, then try again.</source>
        <translation>Der Dienst wurde zu oft gefragt. Warten Sie eine Minute und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>You are signed out in this window. The keyring is locked, so the sign-in that it keeps is removed when the app next finds it unlocked.</source>
        <translation>Sie sind in diesem Fenster abgemeldet. Der Schlüsselbund ist gesperrt; die Anmeldung darin wird entfernt, sobald die App ihn wieder entsperrt vorfindet.</translation>
    </message>
    <message>
        <source>You are signed out in this window. The keyring refuses to give up the sign-in that it keeps, so the app tries again at its next start.</source>
        <translation>Sie sind in diesem Fenster abgemeldet. Der Schlüsselbund gibt die Anmeldung darin nicht her; die App versucht es beim nächsten Start noch einmal.</translation>
    </message>
    <message>
        <source>Not signed in</source>
        <translation>Nicht angemeldet</translation>
    </message>
    <message>
        <source>The sign-in did not succeed. Try again.</source>
        <translation>Die Anmeldung ist nicht gelungen. Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The sign-in was cancelled.</source>
        <translation>Die Anmeldung wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The browser did not answer within five minutes. Try again.</source>
        <translation>Der Browser hat fünf Minuten lang nicht geantwortet. Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The sign-in was refused in the browser. Try again and agree to it.</source>
        <translation>Die Anmeldung wurde im Browser abgelehnt. Versuchen Sie es noch einmal und stimmen Sie zu.</translation>
    </message>
    <message>
        <source>TIME</source>
        <translation>ZEIT</translation>
    </message>
    <message>
        <source>LEVEL</source>
        <translation>STUFE</translation>
    </message>
    <message>
        <source>PART</source>
        <translation>TEIL</translation>
    </message>
    <message>
        <source>WHAT</source>
        <translation>WAS</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Without details</source>
        <translation>Ohne Einzelheiten</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>Warnungen</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>Einzelheit</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>FILE  ·  REQUEST ID</source>
        <translation>DATEI  ·  AUFTRAG</translation>
    </message>
    <message>
        <source>SUBMITTED</source>
        <translation>EINGEREICHT</translation>
    </message>
    <message>
        <source>STATUS</source>
        <translation>STATUS</translation>
    </message>
    <message>
        <source>VARIANTS</source>
        <translation>VARIANTEN</translation>
    </message>
    <message>
        <source>RESULT</source>
        <translation>ERGEBNIS</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Request {id}</source>
        <translation>Auftrag {id}</translation>
    </message>
    <message>
        <source>{records} passed through</source>
        <translation>{records} unverändert</translation>
    </message>
    <message>
        <source>{file}, request {id}</source>
        <translation>{file}, Auftrag {id}</translation>
    </message>
    <message>
        <source>It goes on as well as it can.</source>
        <translation>Sie macht weiter, so gut sie kann.</translation>
    </message>
    <message>
        <source>This is all that is in it.</source>
        <translation>Das ist alles, was darin ist.</translation>
    </message>
    <message>
        <source>Show the window</source>
        <translation>Fenster zeigen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation>E-Mail</translation>
    </message>
    <message>
        <source>Institution</source>
        <translation>Einrichtung</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>Tarif</translation>
    </message>
    <message>
        <source>Largest file</source>
        <translation>Größte Datei</translation>
    </message>
    <message>
        <source>Results kept</source>
        <translation>Ergebnisse bleiben</translation>
    </message>
    <message>
        <source>Payment</source>
        <translation>Zahlung</translation>
    </message>
    <message>
        <source>Jobs this month</source>
        <translation>Aufträge in diesem Monat</translation>
    </message>
    <message>
        <source>Results to download</source>
        <translation>Ergebnisse zum Laden</translation>
    </message>
    <message>
        <source>Results in the archive</source>
        <translation>Ergebnisse im Archiv</translation>
    </message>
    <message>
        <source>There are none in {folder}.</source>
        <translation>In {folder} sind keine.</translation>
    </message>
    <message>
        <source>No VCF files found</source>
        <translation>Keine VCF-Dateien gefunden</translation>
    </message>
    <message>
        <source>Already in the queue</source>
        <translation>Schon in der Warteschlange</translation>
    </message>
    <message>
        <source>{file} was sent anew</source>
        <translation>{file} wurde neu gesendet</translation>
    </message>
    <message>
        <source>The service had given up waiting, so it was sent from the start.</source>
        <translation>Der Dienst hatte nicht länger gewartet, deshalb wurde sie von vorn gesendet.</translation>
    </message>
    <message>
        <source>{transfers} from last time</source>
        <translation>{transfers} vom letzten Mal</translation>
    </message>
    <message>
        <source>{file} is not sent any more</source>
        <translation>{file} wird nicht mehr gesendet</translation>
    </message>
    <message>
        <source>Its job was cancelled or deleted.</source>
        <translation>Der Auftrag dazu wurde abgebrochen oder gelöscht.</translation>
    </message>
    <message>
        <source>{files} are not sent any more</source>
        <translation>{files} werden nicht mehr gesendet</translation>
    </message>
    <message>
        <source>Their jobs were cancelled or deleted.</source>
        <translation>Die Aufträge dazu wurden abgebrochen oder gelöscht.</translation>
    </message>
    <message>
        <source>Upgrade to Premium</source>
        <translation>Zu Premium wechseln</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Jetzt nicht</translation>
    </message>
    <message>
        <source>{file} was not sent</source>
        <translation>{file} wurde nicht gesendet</translation>
    </message>
    <message>
        <source>Add it again once your plan takes it.</source>
        <translation>Fügen Sie sie noch einmal hinzu, sobald Ihr Tarif sie nimmt.</translation>
    </message>
    <message>
        <source>{files} were not sent</source>
        <translation>{files} wurden nicht gesendet</translation>
    </message>
    <message>
        <source>Add them again once your plan takes them.</source>
        <translation>Fügen Sie sie noch einmal hinzu, sobald Ihr Tarif sie nimmt.</translation>
    </message>
    <message>
        <source>smaller files</source>
        <translation>kleinere Dateien</translation>
    </message>
    <message>
        <source>files of up to {size}</source>
        <translation>Dateien bis {size}</translation>
    </message>
    <message>
        <source>Premium takes files of any size and keeps results for good.</source>
        <translation>Premium nimmt Dateien jeder Größe und behält Ergebnisse für immer.</translation>
    </message>
    <message>
        <source>{file} is too large: your plan takes {takes}.</source>
        <translation>{file} ist zu groß: Ihr Tarif nimmt {takes}.</translation>
    </message>
    <message>
        <source>{files} are too large: your plan takes {takes}.</source>
        <translation>{files} sind zu groß: Ihr Tarif nimmt {takes}.</translation>
    </message>
    <message>
        <source>+{count} more</source>
        <translation>+{count} weitere</translation>
    </message>
    <message>
        <source>Manage the payment</source>
        <translation>Zahlung verwalten</translation>
    </message>
    <message>
        <source>Sign out everywhere…</source>
        <translation>Überall abmelden…</translation>
    </message>
    <message>
        <source>Delete the account…</source>
        <translation>Konto löschen…</translation>
    </message>
    <message>
        <source>Only the newest jobs are counted.</source>
        <translation>Nur die neuesten Aufträge sind gezählt.</translation>
    </message>
    <message>
        <source>Loading your account…</source>
        <translation>Lädt Ihr Konto…</translation>
    </message>
    <message>
        <source>Your account is shown as the service described it last.</source>
        <translation>Ihr Konto wird so gezeigt, wie der Dienst es zuletzt beschrieben hat.</translation>
    </message>
    <message>
        <source>Your account appears here as soon as it can be read.</source>
        <translation>Ihr Konto erscheint hier, sobald es gelesen werden kann.</translation>
    </message>
    <message>
        <source>Premium</source>
        <translation>Premium</translation>
    </message>
    <message>
        <source>Free</source>
        <translation>Gratis</translation>
    </message>
    <message>
        <source>any size</source>
        <translation>beliebig</translation>
    </message>
    <message>
        <source>for {time}</source>
        <translation>{time} lang</translation>
    </message>
    <message>
        <source>for good</source>
        <translation>auf Dauer</translation>
    </message>
    <message>
        <source>{count}, with {size}</source>
        <translation>{count}, mit {size}</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>Konto</translation>
    </message>
    <message>
        <source>Usage</source>
        <translation>Nutzung</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Sie</translation>
    </message>
    <message>
        <source>Premium takes files of any size and keeps results for good. Archived results come back.</source>
        <translation>Premium nimmt Dateien jeder Größe und behält Ergebnisse auf Dauer. Archivierte Ergebnisse kommen zurück.</translation>
    </message>
    <message>
        <source>Leaving</source>
        <translation>Abmelden und Löschen</translation>
    </message>
    <message>
        <source>Signing out ends the access of this app at Globus. Deleting the account deletes all jobs and files; that is done on a page of the service.</source>
        <translation>Abmelden beendet den Zugang dieser App bei Globus. Mit dem Konto werden alle Aufträge und Dateien gelöscht; das geschieht auf einer Seite des Dienstes.</translation>
    </message>
    <message>
        <source>overdue: Premium stays until {time}; check the card</source>
        <translation>überfällig: Premium bleibt bis {time}; prüfen Sie die Karte</translation>
    </message>
    <message>
        <source>ends {time}; results stay for a while after that</source>
        <translation>endet {time}; Ergebnisse bleiben danach noch eine Weile</translation>
    </message>
    <message>
        <source>renews {time}</source>
        <translation>verlängert sich {time}</translation>
    </message>
    <message>
        <source>Filter the log…</source>
        <translation>Protokoll filtern…</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Support bundle…</source>
        <translation>Paket für die Hilfe…</translation>
    </message>
    <message>
        <source>Nothing to show</source>
        <translation>Nichts zu zeigen</translation>
    </message>
    <message>
        <source>The app has logged nothing that the filter lets through.</source>
        <translation>Die App hat nichts aufgezeichnet, was der Filter durchlässt.</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alles zeigen</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Aktivität</translation>
    </message>
    <message>
        <source>Filter the log</source>
        <translation>Protokoll filtern</translation>
    </message>
    <message>
        <source>Which entries are shown</source>
        <translation>Welche Einträge gezeigt werden</translation>
    </message>
    <message>
        <source>What the app did since it was started. It names no files and holds no tokens; nothing is sent to anybody by itself.</source>
        <translation>Was die App seit dem Start getan hat. Es nennt keine Dateien und enthält keine Tokens; nichts wird von selbst an jemanden geschickt.</translation>
    </message>
    <message>
        <source>Filter by file, ID, status…</source>
        <translation>Nach Datei, Nummer, Status…</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>Dateien hinzufügen…</translation>
    </message>
    <message>
        <source>No annotations yet</source>
        <translation>Noch keine Annotationen</translation>
    </message>
    <message>
        <source>Drop a VCF file here. It is annotated, and the result waits for you in this list.</source>
        <translation>Legen Sie eine VCF-Datei hier ab. Sie wird annotiert, und das Ergebnis wartet in dieser Liste auf Sie.</translation>
    </message>
    <message>
        <source>Choose files…</source>
        <translation>Dateien wählen…</translation>
    </message>
    <message>
        <source>Try the sample file</source>
        <translation>Beispieldatei ausprobieren</translation>
    </message>
    <message>
        <source>Nothing matches</source>
        <translation>Nichts passt</translation>
    </message>
    <message>
        <source>No file, request ID or status has these letters.</source>
        <translation>Keine Datei, keine Auftragsnummer und kein Status hat diese Zeichen.</translation>
    </message>
    <message>
        <source>No result is open</source>
        <translation>Kein Ergebnis ist geöffnet</translation>
    </message>
    <message>
        <source>Choose View on a finished annotation to look at its variants here.</source>
        <translation>Wählen Sie „Ansehen“ bei einer fertigen Annotation, um ihre Varianten hier zu sehen.</translation>
    </message>
    <message>
        <source>Go to the annotations</source>
        <translation>Zu den Annotationen</translation>
    </message>
    <message>
        <source>It opens here by itself as soon as it is back.</source>
        <translation>Es öffnet sich hier von selbst, sobald es wieder da ist.</translation>
    </message>
    <message>
        <source>It is expected in about {time} and opens here by itself.</source>
        <translation>Es wird in etwa {time} erwartet und öffnet sich hier von selbst.</translation>
    </message>
    <message>
        <source>The result is being restored</source>
        <translation>Das Ergebnis wird zurückgeholt</translation>
    </message>
    <message>
        <source>There is no result to look at: the annotation is not completed.</source>
        <translation>Es gibt kein Ergebnis zu sehen: Die Annotation ist nicht fertig.</translation>
    </message>
    <message>
        <source>No result</source>
        <translation>Kein Ergebnis</translation>
    </message>
    <message>
        <source>The result appears here as soon as the service answers. The app keeps trying.</source>
        <translation>Das Ergebnis erscheint hier, sobald der Dienst antwortet. Die App versucht es weiter.</translation>
    </message>
    <message>
        <source>The service cannot be reached</source>
        <translation>Der Dienst ist nicht erreichbar</translation>
    </message>
    <message>
        <source>The free plan&apos;s time is over</source>
        <translation>Die Zeit des Gratis-Tarifs ist um</translation>
    </message>
    <message>
        <source>The variants of this result are archived. With Premium they are restored, and stay.</source>
        <translation>Die Varianten dieses Ergebnisses sind archiviert. Mit Premium kommen sie zurück und bleiben.</translation>
    </message>
    <message>
        <source>The variants of this result are archived, and can be looked at after a restore.</source>
        <translation>Die Varianten dieses Ergebnisses sind archiviert und erst zu sehen, wenn sie zurückgeholt sind.</translation>
    </message>
    <message>
        <source>Your annotations appear here as soon as it answers. The app keeps trying.</source>
        <translation>Ihre Annotationen erscheinen hier, sobald er antwortet. Die App versucht es weiter.</translation>
    </message>
    <message>
        <source>Annotations</source>
        <translation>Annotationen</translation>
    </message>
    <message>
        <source>Filter the annotations</source>
        <translation>Annotationen filtern</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Variants</source>
        <translation>Varianten</translation>
    </message>
    <message>
        <source>Open the report in the browser</source>
        <translation>Den Bericht im Browser öffnen</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Laden</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Loading the result</source>
        <translation>Ergebnis wird geladen</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern unter…</translation>
    </message>
    <message>
        <source>Open report</source>
        <translation>Bericht öffnen</translation>
    </message>
    <message>
        <source>View log</source>
        <translation>Protokoll ansehen</translation>
    </message>
    <message>
        <source>Copy request ID</source>
        <translation>Auftragsnummer kopieren</translation>
    </message>
    <message>
        <source>Cancel job</source>
        <translation>Auftrag abbrechen</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Löschen…</translation>
    </message>
    <message>
        <source>FILES</source>
        <translation>DATEIEN</translation>
    </message>
    <message>
        <source>PARAMETERS</source>
        <translation>PARAMETER</translation>
    </message>
    <message>
        <source>LOG</source>
        <translation>PROTOKOLL</translation>
    </message>
    <message>
        <source>VEP consequences</source>
        <translation>VEP-Konsequenzen</translation>
    </message>
    <message>
        <source>bcftools csq</source>
        <translation>bcftools csq</translation>
    </message>
    <message>
        <source>Assembly as found in the file</source>
        <translation>Genomversion wie in der Datei</translation>
    </message>
    <message>
        <source>Details of the variant</source>
        <translation>Einzelheiten der Variante</translation>
    </message>
    <message>
        <source>Close the details</source>
        <translation>Einzelheiten schließen</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Lädt…</translation>
    </message>
    <message>
        <source>SOURCES</source>
        <translation>QUELLEN</translation>
    </message>
    <message>
        <source>GENOTYPES ({count})</source>
        <translation>GENOTYPEN ({count})</translation>
    </message>
    <message>
        <source>RECORD</source>
        <translation>EINTRAG</translation>
    </message>
    <message>
        <source>ClinVar: {words}, {count} of 4 stars</source>
        <translation>ClinVar: {words}, {count} von 4 Sternen</translation>
    </message>
    <message>
        <source>Look it up in {site}</source>
        <translation>In {site} nachschlagen</translation>
    </message>
    <message>
        <source>This allele is not annotated.</source>
        <translation>Dieses Allel ist nicht annotiert.</translation>
    </message>
    <message>
        <source>CONSEQUENCES ({count})</source>
        <translation>KONSEQUENZEN ({count})</translation>
    </message>
    <message>
        <source>View the result</source>
        <translation>Ergebnis ansehen</translation>
    </message>
    <message>
        <source>Copy request ID {id}</source>
        <translation>Auftragsnummer {id} kopieren</translation>
    </message>
    <message>
        <source>{time} left to download on the free plan.</source>
        <translation>Im Gratis-Tarif noch {time} zum Laden.</translation>
    </message>
    <message>
        <source>Get it back: upgrade</source>
        <translation>Zurückholen: Premium</translation>
    </message>
    <message>
        <source>Keep it: upgrade</source>
        <translation>Behalten: Premium</translation>
    </message>
    <message>
        <source>Annotated VCF</source>
        <translation>Annotierte VCF</translation>
    </message>
    <message>
        <source>Table (Parquet)</source>
        <translation>Tabelle (Parquet)</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Send anyway</source>
        <translation>Trotzdem senden</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Neu senden</translation>
    </message>
    <message>
        <source>Show details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Checking</source>
        <translation>Wird geprüft</translation>
    </message>
    <message>
        <source>Needs a look</source>
        <translation>Bitte ansehen</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Beginnt</translation>
    </message>
    <message>
        <source>Retrying</source>
        <translation>Neuer Versuch</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Gesendet</translation>
    </message>
    <message>
        <source>Too large</source>
        <translation>Zu groß</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Preparing</source>
        <translation>Wird vorbereitet</translation>
    </message>
    <message>
        <source>Uploading</source>
        <translation>Wird hochgeladen</translation>
    </message>
    <message>
        <source>Downloading</source>
        <translation>Wird geladen</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <source>{kind} · to {folder}</source>
        <translation>{kind} · nach {folder}</translation>
    </message>
    <message>
        <source>{part} of {whole}</source>
        <translation>{part} von {whole}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln sample(s)</source>
        <translation>
            <numerusform>%Ln Probe</numerusform>
            <numerusform>%Ln Proben</numerusform>
        </translation>
    </message>
    <message>
        <source>no samples</source>
        <translation>keine Proben</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Rare and harmful</source>
        <translation>Selten und schädlich</translation>
    </message>
    <message>
        <source>Name of the filter</source>
        <translation>Name des Filters</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Save this filter as</source>
        <translation>Diesen Filter speichern als</translation>
    </message>
    <message>
        <source>Save this filter</source>
        <translation>Diesen Filter speichern</translation>
    </message>
    <message>
        <source>Save this filter…</source>
        <translation>Diesen Filter speichern…</translation>
    </message>
    <message>
        <source>Bundle {name}</source>
        <translation>Paket {name}</translation>
    </message>
    <message>
        <source>{annotated} of {all} records annotated, {passed} passed through</source>
        <translation>{annotated} von {all} Einträgen annotiert, {passed} unverändert</translation>
    </message>
    <message>
        <source>Copy the request ID</source>
        <translation>Auftragsnummer kopieren</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>VCF and BCF files</source>
        <translation>VCF- und BCF-Dateien</translation>
    </message>
    <message>
        <source>Add VCF files</source>
        <translation>VCF-Dateien hinzufügen</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Speichern…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Tell when files are done, failed or about to expire</source>
        <translation>Wenn Dateien fertig sind, scheitern oder bald ablaufen</translation>
    </message>
    <message>
        <source>Use none</source>
        <translation>Keine nutzen</translation>
    </message>
    <message>
        <source>A file of certificates (PEM) that are trusted besides those of the system, as behind the proxy of a hospital; it takes effect at the next start.</source>
        <translation>Eine Datei mit Zertifikaten (PEM), denen zusätzlich zu denen des Systems vertraut wird, etwa hinter dem Proxy eines Krankenhauses; sie gilt ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>Verbindung</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Changes take effect the next time the app starts.</source>
        <translation>Was Sie geändert haben, gilt ab dem nächsten Start der App.</translation>
    </message>
    <message>
        <source>Without its key the address is not asked.</source>
        <translation>Ohne ihren Schlüssel wird die Adresse nicht gefragt.</translation>
    </message>
    <message>
        <source>Without an address the key is of no use.</source>
        <translation>Ohne Adresse nützt der Schlüssel nichts.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Transfers</source>
        <translation>Übertragungen</translation>
    </message>
    <message>
        <source>Save results in</source>
        <translation>Ergebnisse speichern in</translation>
    </message>
    <message>
        <source>Choose files from</source>
        <translation>Dateien wählen aus</translation>
    </message>
    <message>
        <source>Parts at the same time</source>
        <translation>Teile zur selben Zeit</translation>
    </message>
    <message>
        <source>of one file</source>
        <translation>einer Datei</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>ohne Grenze</translation>
    </message>
    <message>
        <source>Bandwidth</source>
        <translation>Bandbreite</translation>
    </message>
    <message>
        <source>each way</source>
        <translation>je Richtung</translation>
    </message>
    <message>
        <source>Appearance and notifications</source>
        <translation>Aussehen und Meldungen</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>from the next start</source>
        <translation>ab dem nächsten Start</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Meldungen</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>as the system</source>
        <translation>wie das System</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Updates</source>
        <translation>Neue Versionen</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>of its signer</source>
        <translation>der Unterschrift</translation>
    </message>
    <message>
        <source>none: nothing is asked</source>
        <translation>keine Angabe: nichts wird gefragt</translation>
    </message>
    <message>
        <source>Once a day the app asks the address whether there is a newer version, and tells you. It installs nothing. Whoever runs your service can give you both; otherwise leave them empty.</source>
        <translation>Einmal am Tag fragt die App die Adresse, ob es eine neuere Version gibt, und sagt es Ihnen. Sie installiert nichts. Beides nennt Ihnen, wer Ihren Dienst betreibt; sonst lassen Sie es leer.</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Restored</source>
        <translation>Wiederhergestellt</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>Angelegt</translation>
    </message>
    <message>
        <source>Submitted</source>
        <translation>Eingereicht</translation>
    </message>
    <message>
        <source>attempt {number}</source>
        <translation>Versuch {number}</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Begonnen</translation>
    </message>
    <message>
        <source>Waiting for a worker</source>
        <translation>Wartet auf Bearbeitung</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Gescheitert</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Completed</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Downloadable until</source>
        <translation>Zu laden bis</translation>
    </message>
    <message>
        <source>Archived after that</source>
        <translation>Danach archiviert</translation>
    </message>
    <message>
        <source>back on Premium</source>
        <translation>mit Premium zurück</translation>
    </message>
    <message>
        <source>Download ended</source>
        <translation>Laden beendet</translation>
    </message>
    <message>
        <source>Archiving</source>
        <translation>Wird archiviert</translation>
    </message>
    <message>
        <source>Archived</source>
        <translation>Archiviert</translation>
    </message>
    <message>
        <source>expected {time}</source>
        <translation>erwartet {time}</translation>
    </message>
    <message>
        <source>Restoring</source>
        <translation>Wird geholt</translation>
    </message>
    <message>
        <source>Downloadable after that</source>
        <translation>Danach zu laden</translation>
    </message>
    <message>
        <source>counting variants</source>
        <translation>zählt Varianten</translation>
    </message>
    <message>
        <source>{done} of {all} variants</source>
        <translation>{done} von {all} Varianten</translation>
    </message>
    <message>
        <source>{variants}, {passed} passed through</source>
        <translation>{variants}, {passed} unverändert</translation>
    </message>
    <message numerus="yes">
        <source>%Ln base(s)</source>
        <translation>
            <numerusform>%Ln Base</numerusform>
            <numerusform>%Ln Basen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln byte(s)</source>
        <translation>
            <numerusform>%Ln Byte</numerusform>
            <numerusform>%Ln Bytes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln second(s)</source>
        <translation>
            <numerusform>%Ln Sekunde</numerusform>
            <numerusform>%Ln Sekunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln minute(s)</source>
        <translation>
            <numerusform>%Ln Minute</numerusform>
            <numerusform>%Ln Minuten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln hour(s)</source>
        <translation>
            <numerusform>%Ln Stunde</numerusform>
            <numerusform>%Ln Stunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln day(s)</source>
        <translation>
            <numerusform>%Ln Tag</numerusform>
            <numerusform>%Ln Tage</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln Datei</numerusform>
            <numerusform>%Ln Dateien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln variant(s)</source>
        <translation>
            <numerusform>%Ln Variante</numerusform>
            <numerusform>%Ln Varianten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln consequence(s)</source>
        <translation>
            <numerusform>%Ln Konsequenz</numerusform>
            <numerusform>%Ln Konsequenzen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln record(s)</source>
        <translation>
            <numerusform>%Ln Eintrag</numerusform>
            <numerusform>%Ln Einträge</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln job(s)</source>
        <translation>
            <numerusform>%Ln Auftrag</numerusform>
            <numerusform>%Ln Aufträge</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln result(s)</source>
        <translation>
            <numerusform>%Ln Ergebnis</numerusform>
            <numerusform>%Ln Ergebnisse</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln transfer(s)</source>
        <translation>
            <numerusform>%Ln Übertragung</numerusform>
            <numerusform>%Ln Übertragungen</numerusform>
        </translation>
    </message>
    <message>
        <source>Pending</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Awaiting upload</source>
        <translation>Wartet auf Datei</translation>
    </message>
    <message>
        <source>Deleting</source>
        <translation>Wird gelöscht</translation>
    </message>
    <message>
        <source>Upgrade</source>
        <translation>Premium</translation>
    </message>
    <message>
        <source>{files} to look at</source>
        <translation>{files} anzusehen</translation>
    </message>
    <message>
        <source>{file} and others do not go on by themselves.</source>
        <translation>{file} und andere gehen nicht von selbst weiter.</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
    <message>
        <source>{days} d {hours} h</source>
        <translation>{days} T {hours} h</translation>
    </message>
    <message>
        <source>d</source>
        <translation>T</translation>
    </message>
    <message>
        <source>h</source>
        <translation>h</translation>
    </message>
    <message>
        <source>min</source>
        <translation>min</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
    <message>
        <source>files of any size</source>
        <translation>Dateien jeder Größe</translation>
    </message>
    <message>
        <source>files up to {size}</source>
        <translation>Dateien bis {size}</translation>
    </message>
    <message>
        <source>results kept for good</source>
        <translation>Ergebnisse auf Dauer</translation>
    </message>
    <message>
        <source>results for {time}</source>
        <translation>Ergebnisse {time} lang</translation>
    </message>
    <message>
        <source>Free plan</source>
        <translation>Gratis-Tarif</translation>
    </message>
    <message>
        <source>,</source>
        <comment>between groups of three digits</comment>
        <translation>.</translation>
    </message>
    <message>
        <source>Yesterday {time}</source>
        <translation>Gestern {time}</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <comment>a day, in the form of QDate</comment>
        <translation>d. MMM yyyy</translation>
    </message>
    <message>
        <source>d MMM</source>
        <comment>a day, in the form of QDate</comment>
        <translation>d. MMM</translation>
    </message>
    <message>
        <source>soon</source>
        <translation>bald</translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation>etwa {time}</translation>
    </message>
    <message>
        <source>.</source>
        <comment>before decimals</comment>
        <translation>,</translation>
    </message>
    <message>
        <source>Annotate the variants of your VCF files: genes, transcripts and consequences. Sign in with your institution to begin.</source>
        <translation>Annotieren Sie die Varianten Ihrer VCF-Dateien: Gene, Transkripte und Konsequenzen. Melden Sie sich mit Ihrer Einrichtung an, um zu beginnen.</translation>
    </message>
    <message>
        <source>A page has opened in your browser. Finish signing in there; this window then goes on by itself.</source>
        <translation>In Ihrem Browser hat sich eine Seite geöffnet. Schließen Sie die Anmeldung dort ab; dieses Fenster macht dann von selbst weiter.</translation>
    </message>
    <message>
        <source>Sign in with your browser</source>
        <translation>Im Browser anmelden</translation>
    </message>
    <message>
        <source>Copy link</source>
        <translation>Link kopieren</translation>
    </message>
    <message>
        <source>Sign in for this session only</source>
        <translation>Nur für diese Sitzung anmelden</translation>
    </message>
    <message>
        <source>Connection…</source>
        <translation>Verbindung…</translation>
    </message>
    <message>
        <source>From the next start: {server}</source>
        <translation>Ab dem nächsten Start: {server}</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Link copied</source>
        <translation>Link kopiert</translation>
    </message>
    <message>
        <source>Looking for your sign-in…</source>
        <translation>Sucht Ihre Anmeldung…</translation>
    </message>
    <message>
        <source>Waiting for the browser</source>
        <translation>Wartet auf den Browser</translation>
    </message>
    <message>
        <source>{file} needs a look</source>
        <translation>Bitte ansehen: {file}</translation>
    </message>
    <message>
        <source>Saved {file}</source>
        <translation>{file} gespeichert</translation>
    </message>
    <message>
        <source>{size}, in {folder}.</source>
        <translation>{size}, in {folder}.</translation>
    </message>
    <message>
        <source>{file} was not opened</source>
        <translation>{file} wurde nicht geöffnet</translation>
    </message>
    <message>
        <source>The system has no program for it.</source>
        <translation>Das System hat kein Programm dafür.</translation>
    </message>
    <message>
        <source>FILE</source>
        <translation>DATEI</translation>
    </message>
    <message>
        <source>SIZE</source>
        <translation>GRÖSSE</translation>
    </message>
    <message>
        <source>SPEED</source>
        <translation>TEMPO</translation>
    </message>
    <message>
        <source>TIME LEFT</source>
        <translation>RESTZEIT</translation>
    </message>
    <message>
        <source>annotated {when}</source>
        <translation>annotiert {when}</translation>
    </message>
    <message>
        <source>{time} left on the free plan</source>
        <translation>im Gratis-Tarif noch {time}</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>Clear {name}</source>
        <translation>{name} leeren</translation>
    </message>
    <message>
        <source>{name}, no condition</source>
        <translation>{name}, keine Bedingung</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Variant</source>
        <translation>Variante</translation>
    </message>
    <message>
        <source>Consequence</source>
        <translation>Konsequenz</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>Quellen</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Proben</translation>
    </message>
    <message>
        <source>A row for each consequence</source>
        <translation>Eine Zeile je Konsequenz</translation>
    </message>
    <message>
        <source>Usual columns</source>
        <translation>Übliche Spalten</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>Position</translation>
    </message>
    <message>
        <source>Chromosome and position of REF, from 1.</source>
        <translation>Chromosom und Position von REF, ab 1.</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Änderung</translation>
    </message>
    <message>
        <source>Bases of the reference, and what they become.</source>
        <translation>Basen der Referenz, und was aus ihnen wird.</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Eintrag</translation>
    </message>
    <message>
        <source>Ref end</source>
        <translation>Ref-Ende</translation>
    </message>
    <message>
        <source>Allele no.</source>
        <translation>Allel Nr.</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>First</source>
        <translation>Maßgeblich</translation>
    </message>
    <message>
        <source>VEP allele</source>
        <translation>VEP-Allel</translation>
    </message>
    <message>
        <source>Consequences</source>
        <translation>Konsequenzen</translation>
    </message>
    <message>
        <source>Gene</source>
        <translation>Gen</translation>
    </message>
    <message>
        <source>Gene ID</source>
        <translation>Gen-ID</translation>
    </message>
    <message>
        <source>Feature type</source>
        <translation>Merkmalstyp</translation>
    </message>
    <message>
        <source>Transcript</source>
        <translation>Transkript</translation>
    </message>
    <message>
        <source>Biotype</source>
        <translation>Biotyp</translation>
    </message>
    <message>
        <source>cDNA position</source>
        <translation>cDNA-Position</translation>
    </message>
    <message>
        <source>cDNA start</source>
        <translation>cDNA-Anfang</translation>
    </message>
    <message>
        <source>CDS position</source>
        <translation>CDS-Position</translation>
    </message>
    <message>
        <source>CDS start</source>
        <translation>CDS-Anfang</translation>
    </message>
    <message>
        <source>Protein position</source>
        <translation>Protein-Position</translation>
    </message>
    <message>
        <source>Protein start</source>
        <translation>Protein-Anfang</translation>
    </message>
    <message>
        <source>Amino acids</source>
        <translation>Aminosäuren</translation>
    </message>
    <message>
        <source>Distance</source>
        <translation>Abstand</translation>
    </message>
    <message>
        <source>Strand</source>
        <translation>Strang</translation>
    </message>
    <message>
        <source>Flags</source>
        <translation>Vermerke</translation>
    </message>
    <message>
        <source>Symbol source</source>
        <translation>Symbolquelle</translation>
    </message>
    <message>
        <source>Canonical</source>
        <translation>Kanonisch</translation>
    </message>
    <message>
        <source>HGVS offset</source>
        <translation>HGVS-Versatz</translation>
    </message>
    <message>
        <source>ClinVar review</source>
        <translation>ClinVar-Prüfung</translation>
    </message>
    <message>
        <source>ClinVar condition</source>
        <translation>ClinVar-Erkrankung</translation>
    </message>
    <message>
        <source>Number of the record in the file, from 1.</source>
        <translation>Nummer des Eintrags in der Datei, ab 1.</translation>
    </message>
    <message>
        <source>Name of the sequence, as the file has it.</source>
        <translation>Name der Sequenz, wie ihn die Datei hat.</translation>
    </message>
    <message>
        <source>Of the first base of REF, from 1.</source>
        <translation>Der ersten Base von REF, ab 1.</translation>
    </message>
    <message>
        <source>Identifiers that the file itself gives.</source>
        <translation>Kennungen, die die Datei selbst nennt.</translation>
    </message>
    <message>
        <source>Bases of the reference.</source>
        <translation>Basen der Referenz.</translation>
    </message>
    <message>
        <source>Position of the last base of REF.</source>
        <translation>Position der letzten Base von REF.</translation>
    </message>
    <message>
        <source>Bases of the alternate allele.</source>
        <translation>Basen des alternativen Allels.</translation>
    </message>
    <message>
        <source>Which alternate allele of its record this is, from 1.</source>
        <translation>Das wievielte alternative Allel seines Eintrags es ist, ab 1.</translation>
    </message>
    <message>
        <source>QUAL of the record.</source>
        <translation>QUAL des Eintrags.</translation>
    </message>
    <message>
        <source>FILTER of the record.</source>
        <translation>FILTER des Eintrags.</translation>
    </message>
    <message>
        <source>Why the allele is not annotated; empty where it is.</source>
        <translation>Warum das Allel nicht annotiert ist; leer, wo es annotiert ist.</translation>
    </message>
    <message>
        <source>Whether this is the consequence that stands for the allele.</source>
        <translation>Ob diese Konsequenz für das Allel steht.</translation>
    </message>
    <message>
        <source>The allele as VEP names it.</source>
        <translation>Das Allel, wie VEP es nennt.</translation>
    </message>
    <message>
        <source>Terms of the Sequence Ontology, joined by &amp;.</source>
        <translation>Begriffe der Sequence Ontology, durch &amp; verbunden.</translation>
    </message>
    <message>
        <source>The most severe term.</source>
        <translation>Der schwerste Begriff.</translation>
    </message>
    <message>
        <source>HIGH, MODERATE, LOW or MODIFIER.</source>
        <translation>HIGH, MODERATE, LOW oder MODIFIER.</translation>
    </message>
    <message>
        <source>Symbol of the gene.</source>
        <translation>Symbol des Gens.</translation>
    </message>
    <message>
        <source>Ensembl&apos;s identifier of the gene.</source>
        <translation>Kennung des Gens bei Ensembl.</translation>
    </message>
    <message>
        <source>What is affected.</source>
        <translation>Was betroffen ist.</translation>
    </message>
    <message>
        <source>Identifier of the transcript.</source>
        <translation>Kennung des Transkripts.</translation>
    </message>
    <message>
        <source>Of the transcript.</source>
        <translation>Des Transkripts.</translation>
    </message>
    <message>
        <source>Number of the exon, of how many.</source>
        <translation>Nummer des Exons, von wie vielen.</translation>
    </message>
    <message>
        <source>Number of the intron, of how many.</source>
        <translation>Nummer des Introns, von wie vielen.</translation>
    </message>
    <message>
        <source>Name of the change in the transcript.</source>
        <translation>Name der Änderung im Transkript.</translation>
    </message>
    <message>
        <source>Name of the change in the protein.</source>
        <translation>Name der Änderung im Protein.</translation>
    </message>
    <message>
        <source>In the transcript, from 1; may be a range.</source>
        <translation>Im Transkript, ab 1; auch als Bereich.</translation>
    </message>
    <message>
        <source>Where the position in the transcript begins.</source>
        <translation>Wo die Position im Transkript beginnt.</translation>
    </message>
    <message>
        <source>In the coding sequence, from 1; may be a range.</source>
        <translation>In der codierenden Sequenz, ab 1; auch als Bereich.</translation>
    </message>
    <message>
        <source>Where the position in the coding sequence begins.</source>
        <translation>Wo die Position in der codierenden Sequenz beginnt.</translation>
    </message>
    <message>
        <source>Residue, from 1; may be a range.</source>
        <translation>Aminosäurerest, ab 1; auch als Bereich.</translation>
    </message>
    <message>
        <source>Where the position in the protein begins.</source>
        <translation>Wo die Position im Protein beginnt.</translation>
    </message>
    <message>
        <source>Before and after the change.</source>
        <translation>Vor und nach der Änderung.</translation>
    </message>
    <message>
        <source>To the transcript, in bases.</source>
        <translation>Zum Transkript, in Basen.</translation>
    </message>
    <message>
        <source>Of the transcript, 1 or -1.</source>
        <translation>Des Transkripts, 1 oder -1.</translation>
    </message>
    <message>
        <source>What is special about the transcript.</source>
        <translation>Was am Transkript besonders ist.</translation>
    </message>
    <message>
        <source>Who gave the symbol.</source>
        <translation>Wer das Symbol vergeben hat.</translation>
    </message>
    <message>
        <source>YES for Ensembl&apos;s canonical transcript.</source>
        <translation>YES für Ensembls kanonisches Transkript.</translation>
    </message>
    <message>
        <source>RefSeq&apos;s identical transcript, of MANE Select.</source>
        <translation>Das identische Transkript bei RefSeq, aus MANE Select.</translation>
    </message>
    <message>
        <source>The same of MANE Plus Clinical.</source>
        <translation>Dasselbe aus MANE Plus Clinical.</translation>
    </message>
    <message>
        <source>Ensembl&apos;s identifier of the protein.</source>
        <translation>Kennung des Proteins bei Ensembl.</translation>
    </message>
    <message>
        <source>Bases by which HGVS moved the change to the right.</source>
        <translation>Basen, um die HGVS die Änderung nach rechts verschoben hat.</translation>
    </message>
    <message>
        <source>The most severe term, with a dot for its impact; sorted by impact.</source>
        <translation>Der schwerste Begriff, mit einem Punkt für seine Wirkung; nach Wirkung geordnet.</translation>
    </message>
    <message>
        <source>Name of the change in the protein, or else in the transcript.</source>
        <translation>Name der Änderung im Protein, sonst im Transkript.</translation>
    </message>
    <message>
        <source>Frequency of the allele in gnomAD.</source>
        <translation>Häufigkeit des Allels in gnomAD.</translation>
    </message>
    <message>
        <source>Clinical significance in ClinVar.</source>
        <translation>Klinische Bedeutung in ClinVar.</translation>
    </message>
    <message>
        <source>Genotype of {sample}; sorted by how it has the allele.</source>
        <translation>Genotyp von {sample}; danach geordnet, wie die Probe das Allel hat.</translation>
    </message>
    <message>
        <source>{ref} to {alt}</source>
        <translation>{ref} zu {alt}</translation>
    </message>
    <message>
        <source>not listed</source>
        <translation>nicht gelistet</translation>
    </message>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>symbolic</source>
        <translation>symbolisches Allel</translation>
    </message>
    <message>
        <source>breakend</source>
        <translation>Breakend</translation>
    </message>
    <message>
        <source>star</source>
        <translation>Stern (*)</translation>
    </message>
    <message>
        <source>no alt</source>
        <translation>kein ALT</translation>
    </message>
    <message>
        <source>non acgt</source>
        <translation>andere Zeichen als ACGT</translation>
    </message>
    <message>
        <source>ref mismatch</source>
        <translation>REF passt nicht zur Referenz</translation>
    </message>
    <message>
        <source>unknown contig</source>
        <translation>unbekanntes Contig</translation>
    </message>
    <message>
        <source>outside reference</source>
        <translation>außerhalb der Referenz</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>Einträge</translation>
    </message>
    <message>
        <source>High impact</source>
        <translation>Hohe Wirkung</translation>
    </message>
    <message>
        <source>Alleles that ClinVar has as pathogenic or likely pathogenic.</source>
        <translation>Allele, die in ClinVar pathogen oder wahrscheinlich pathogen sind.</translation>
    </message>
    <message>
        <source>ClinVar pathogenic</source>
        <translation>Pathogen in ClinVar</translation>
    </message>
    <message>
        <source>Not in gnomAD</source>
        <translation>Nicht in gnomAD</translation>
    </message>
    <message>
        <source>Genes</source>
        <translation>Gene</translation>
    </message>
    <message>
        <source>Transitions to transversions, of single bases.</source>
        <translation>Transitionen zu Transversionen, bei einzelnen Basen.</translation>
    </message>
    <message>
        <source>other</source>
        <translation>anderes</translation>
    </message>
    <message>
        <source>others</source>
        <translation>andere</translation>
    </message>
    <message>
        <source>Transitions</source>
        <translation>Transitionen</translation>
    </message>
    <message>
        <source>Transversions</source>
        <translation>Transversionen</translation>
    </message>
    <message>
        <source>Insertions</source>
        <translation>Insertionen</translation>
    </message>
    <message>
        <source>Deletions</source>
        <translation>Deletionen</translation>
    </message>
    <message>
        <source>Others</source>
        <translation>Andere</translation>
    </message>
    <message>
        <source>{bases} lost</source>
        <translation>{bases} verloren</translation>
    </message>
    <message>
        <source>{bases} gained</source>
        <translation>{bases} gewonnen</translation>
    </message>
    <message>
        <source>{number} or more bases</source>
        <translation>{number} oder mehr Basen</translation>
    </message>
    <message>
        <source>{what} copied</source>
        <translation>{what} kopiert</translation>
    </message>
    <message>
        <source>Copy HGVS</source>
        <translation>HGVS kopieren</translation>
    </message>
    <message>
        <source>Copy HGVS c.</source>
        <translation>HGVS c. kopieren</translation>
    </message>
    <message>
        <source>Copy HGVS p.</source>
        <translation>HGVS p. kopieren</translation>
    </message>
    <message>
        <source>Copy row</source>
        <translation>Zeile kopieren</translation>
    </message>
    <message>
        <source>Only {gene}</source>
        <translation>Nur {gene}</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>gnomAD frequency of at most</source>
        <translation>Häufigkeit in gnomAD höchstens</translation>
    </message>
    <message>
        <source>At most {number}</source>
        <translation>Höchstens {number}</translation>
    </message>
    <message>
        <source>another, 0 to 1</source>
        <translation>eine andere, 0 bis 1</translation>
    </message>
    <message>
        <source>Another highest frequency, from 0 to 1</source>
        <translation>Eine andere höchste Häufigkeit, von 0 bis 1</translation>
    </message>
    <message>
        <source>Variants that gnomAD does not list count as rare.</source>
        <translation>Varianten, die gnomAD nicht nennt, gelten als selten.</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Strg+Enter</translation>
    </message>
    <message>
        <source>There are none in this result.</source>
        <translation>In diesem Ergebnis gibt es keine.</translation>
    </message>
    <message>
        <source>Table of tab-separated values (TSV)</source>
        <translation>Tabelle mit Tabulatoren (TSV)</translation>
    </message>
    <message>
        <source>Excel workbook (XLSX)</source>
        <translation>Excel-Arbeitsmappe (XLSX)</translation>
    </message>
    <message>
        <source>VCF with the whole records</source>
        <translation>VCF mit den ganzen Einträgen</translation>
    </message>
    <message>
        <source>Cancel the export</source>
        <translation>Export abbrechen</translation>
    </message>
    <message>
        <source>{size} saved</source>
        <translation>{size} gespeichert</translation>
    </message>
    <message>
        <source>being prepared</source>
        <translation>wird vorbereitet</translation>
    </message>
    <message>
        <source>The filter was refused. Change it, then export what it leaves.</source>
        <translation>Der Filter wurde abgelehnt. Ändern Sie ihn und exportieren Sie dann, was er übrig lässt.</translation>
    </message>
    <message>
        <source>Export {count} as</source>
        <translation>{count} exportieren als</translation>
    </message>
    <message>
        <source>Impact</source>
        <translation>Wirkung</translation>
    </message>
    <message>
        <source>Region</source>
        <translation>Region</translation>
    </message>
    <message>
        <source>Genotype</source>
        <translation>Genotyp</translation>
    </message>
    <message>
        <source>Gene, HGVS, rs…</source>
        <translation>Gen, HGVS, rs…</translation>
    </message>
    <message>
        <source>Records that pass all filters</source>
        <translation>Einträge, die alle Filter bestehen</translation>
    </message>
    <message>
        <source>Query…</source>
        <translation>Abfrage…</translation>
    </message>
    <message>
        <source>Query</source>
        <translation>Abfrage</translation>
    </message>
    <message>
        <source>Clear all</source>
        <translation>Alles leeren</translation>
    </message>
    <message>
        <source>This cannot be filtered by: {reason}.</source>
        <translation>Danach kann nicht gefiltert werden: {reason}.</translation>
    </message>
    <message>
        <source>Search the variants</source>
        <translation>Varianten durchsuchen</translation>
    </message>
    <message>
        <source>The service did not say which there are.</source>
        <translation>Der Dienst hat nicht gesagt, welche es gibt.</translation>
    </message>
    <message>
        <source>Genes, by symbol or Ensembl&apos;s ID</source>
        <translation>Gene, nach Symbol oder Nummer bei Ensembl</translation>
    </message>
    <message>
        <source>Clinical significance in ClinVar</source>
        <translation>Klinische Bedeutung in ClinVar</translation>
    </message>
    <message>
        <source>A variant has one of these consequences</source>
        <translation>Eine Variante hat eine dieser Konsequenzen</translation>
    </message>
    <message>
        <source>Regions, positions from 1</source>
        <translation>Regionen, Positionen ab 1</translation>
    </message>
    <message>
        <source>any genotype</source>
        <translation>jeder Genotyp</translation>
    </message>
    <message>
        <source>A variant fits when all of these hold.</source>
        <translation>Eine Variante passt, wenn all das gilt.</translation>
    </message>
    <message>
        <source>Another sample</source>
        <translation>Eine weitere Probe</translation>
    </message>
    <message>
        <source>Sample {number}</source>
        <translation>Probe {number}</translation>
    </message>
    <message>
        <source>Genotype of sample {number}</source>
        <translation>Genotyp der Probe {number}</translation>
    </message>
    <message>
        <source>Chromosome</source>
        <translation>Chromosom</translation>
    </message>
    <message>
        <source>gnomAD frequency</source>
        <translation>Häufigkeit in gnomAD</translation>
    </message>
    <message>
        <source>gnomAD FREQUENCY</source>
        <translation>HÄUFIGKEIT IN gnomAD</translation>
    </message>
    <message>
        <source>Length of insertions and deletions</source>
        <translation>Länge der Insertionen und Deletionen</translation>
    </message>
    <message>
        <source>INSERTIONS AND DELETIONS, LOG SCALE</source>
        <translation>INSERTIONEN UND DELETIONEN, LOGARITHMISCH</translation>
    </message>
    <message>
        <source>Kind of change</source>
        <translation>Art der Änderung</translation>
    </message>
    <message>
        <source>Genes with most records</source>
        <translation>Gene mit den meisten Einträgen</translation>
    </message>
    <message>
        <source>Passed through</source>
        <translation>Unverändert</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>Überblick</translation>
    </message>
    <message>
        <source>exon</source>
        <translation>Exon</translation>
    </message>
    <message>
        <source>intron</source>
        <translation>Intron</translation>
    </message>
    <message>
        <source>{count} more</source>
        <translation>{count} weitere</translation>
    </message>
    <message>
        <source>Show more of {count} others</source>
        <translation>Mehr von {count} weiteren zeigen</translation>
    </message>
    <message>
        <source>{name} at Ensembl</source>
        <translation>{name} bei Ensembl</translation>
    </message>
    <message>
        <source>Copy {name}</source>
        <translation>{name} kopieren</translation>
    </message>
    <message>
        <source>HGVS name</source>
        <translation>HGVS-Name</translation>
    </message>
    <message>
        <source>canonical</source>
        <translation>kanonisch</translation>
    </message>
    <message>
        <source>For example: {query}</source>
        <translation>Zum Beispiel: {query}</translation>
    </message>
    <message>
        <source>Apply the query</source>
        <translation>Abfrage anwenden</translation>
    </message>
    <message>
        <source>Columns by name; = != &lt; &lt;= &gt; &gt;= ~ (contains) in, is missing; and, or, not, ( ). Enter applies, Shift+Enter begins a line.</source>
        <translation>Spalten mit Namen; = != &lt; &lt;= &gt; &gt;= ~ (enthält) in, is missing; and, or, not, ( ). Enter wendet an, Umschalt+Enter beginnt eine Zeile.</translation>
    </message>
    <message>
        <source>Filter “{name}” saved</source>
        <translation>Filter „{name}“ gespeichert</translation>
    </message>
    <message>
        <source>Filter “{name}” removed</source>
        <translation>Filter „{name}“ entfernt</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Choose columns</source>
        <translation>Spalten wählen</translation>
    </message>
    <message>
        <source>No variant fits</source>
        <translation>Keine Variante passt</translation>
    </message>
    <message>
        <source>Nothing in this result meets all the conditions above.</source>
        <translation>Nichts in diesem Ergebnis erfüllt alle Bedingungen oben.</translation>
    </message>
    <message>
        <source>Clear the conditions</source>
        <translation>Bedingungen leeren</translation>
    </message>
    <message>
        <source>{count} consequences</source>
        <translation>{count} Konsequenzen</translation>
    </message>
    <message>
        <source>{count} variants</source>
        <translation>{count} Varianten</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>Sucht…</translation>
    </message>
    <message>
        <source>A record with several alternative alleles is several variants.</source>
        <translation>Ein Eintrag mit mehreren alternativen Allelen zählt als mehrere Varianten.</translation>
    </message>
    <message>
        <source>carries it</source>
        <translation>trägt es</translation>
    </message>
    <message>
        <source>heterozygous</source>
        <translation>heterozygot</translation>
    </message>
    <message>
        <source>homozygous</source>
        <translation>homozygot</translation>
    </message>
    <message>
        <source>hemizygous</source>
        <translation>hemizygot</translation>
    </message>
    <message>
        <source>does not carry it</source>
        <translation>trägt es nicht</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>High</source>
        <translation>Hoch</translation>
    </message>
    <message>
        <source>Moderate</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>Gering</translation>
    </message>
    <message>
        <source>Modifier</source>
        <translation>Modifizierend</translation>
    </message>
    <message>
        <source>Moderate impact</source>
        <translation>Mittlere Wirkung</translation>
    </message>
    <message>
        <source>Low impact</source>
        <translation>Geringe Wirkung</translation>
    </message>
    <message>
        <source>Modifier impact</source>
        <translation>Modifizierende Wirkung</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>at least {count}</source>
        <translation>mindestens {count}</translation>
    </message>
    <message>
        <source>{count} of {total}</source>
        <translation>{count} von {total}</translation>
    </message>
    <message numerus="yes">
        <source>{variants} variants in %Ln record(s)</source>
        <translation>
            <numerusform>{variants} Varianten in %Ln Eintrag</numerusform>
            <numerusform>{variants} Varianten in %Ln Einträgen</numerusform>
        </translation>
    </message>
    <message>
        <source>Upload {files}</source>
        <translation>{files} hochladen</translation>
    </message>
    <message>
        <source>Upload the VCF files in it</source>
        <translation>Die VCF-Dateien darin hochladen</translation>
    </message>
    <message>
        <source>Upload the VCF files among them</source>
        <translation>Die VCF-Dateien darunter hochladen</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>Speichern unter</translation>
    </message>
    <message>
        <source>Add files to send</source>
        <translation>Dateien zum Senden hinzufügen</translation>
    </message>
    <message>
        <source>Pause all</source>
        <translation>Alle anhalten</translation>
    </message>
    <message>
        <source>Resume all</source>
        <translation>Alle fortsetzen</translation>
    </message>
    <message>
        <source>Try all again</source>
        <translation>Alle erneut versuchen</translation>
    </message>
    <message>
        <source>Clear finished</source>
        <translation>Fertige ausblenden</translation>
    </message>
    <message>
        <source>Nothing is on its way</source>
        <translation>Nichts ist unterwegs</translation>
    </message>
    <message>
        <source>Drop VCF files or whole folders here. They are looked at first, then sent one after the other; what is cut short goes on where it ended.</source>
        <translation>Legen Sie VCF-Dateien oder ganze Ordner hier ab. Sie werden erst angesehen, dann der Reihe nach gesendet; was abbricht, geht weiter, wo es aufgehört hat.</translation>
    </message>
    <message>
        <source>{deed}, for the selected transfers</source>
        <translation>{deed}, für die ausgewählten Übertragungen</translation>
    </message>
    <message>
        <source>{files} to go</source>
        <translation>noch {files}</translation>
    </message>
    <message>
        <source>{count} to look at</source>
        <translation>{count} anzusehen</translation>
    </message>
    <message>
        <source>Drop VCF files here</source>
        <translation>VCF-Dateien hier ablegen</translation>
    </message>
    <message>
        <source>choose files</source>
        <translation>wählen Sie Dateien</translation>
    </message>
    <message>
        <source>Show all transfers</source>
        <translation>Alle Übertragungen zeigen</translation>
    </message>
    <message>
        <source>Pause the transfer</source>
        <translation>Die Übertragung anhalten</translation>
    </message>
    <message>
        <source>Show transfers</source>
        <translation>Übertragungen zeigen</translation>
    </message>
    <message>
        <source>Cancel the transfer</source>
        <translation>Die Übertragung abbrechen</translation>
    </message>
    <message>
        <source>Resume the transfer</source>
        <translation>Die Übertragung fortsetzen</translation>
    </message>
    <message>
        <source>All transfers</source>
        <translation>Alle Übertragungen</translation>
    </message>
    <message>
        <source>{files} to look at: {sentence}</source>
        <translation>{files} anzusehen: {sentence}</translation>
    </message>
    <message>
        <source>Drop VCF files anywhere in this window, or</source>
        <translation>Legen Sie VCF-Dateien irgendwo in diesem Fenster ab, oder</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Ausblenden</translation>
    </message>
    <message>
        <source>Loading your annotations</source>
        <translation>Ihre Annotationen werden geladen</translation>
    </message>
    <message>
        <source>The app runs already but does not answer, or its folder cannot be written to. End it, or restart the computer. If nothing helps, delete {file}.</source>
        <translation>Die App läuft schon, antwortet aber nicht, oder in ihren Ordner kann nicht geschrieben werden. Beenden Sie sie, oder starten Sie den Rechner neu. Wenn nichts hilft, löschen Sie {file}.</translation>
    </message>
    <message>
        <source>The app needs the folder {folder}, which cannot be made: {reason}. See to it that it can, or set GAS_DESKTOP_DATA to a folder that you may write to.</source>
        <translation>Die App braucht den Ordner {folder}, der sich nicht anlegen lässt: {reason}. Sorgen Sie dafür, dass das geht, oder setzen Sie GAS_DESKTOP_DATA auf einen Ordner, in den Sie schreiben dürfen.</translation>
    </message>
    <message>
        <source>{file} is ready to be dragged</source>
        <translation>{file} lässt sich jetzt ziehen</translation>
    </message>
    <message>
        <source>The result of {file} is fetched</source>
        <translation>Das Ergebnis von {file} wird geholt</translation>
    </message>
    <message>
        <source>Drag it again once it is saved.</source>
        <translation>Ziehen Sie es noch einmal, sobald es gespeichert ist.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln transfer(s) to go</source>
        <translation>
            <numerusform>%Ln Übertragung offen</numerusform>
            <numerusform>%Ln Übertragungen offen</numerusform>
        </translation>
    </message>
    <message>
        <source>Download…</source>
        <translation>Herunterladen…</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Skip this version</source>
        <translation>Diese Version überspringen</translation>
    </message>
    <message>
        <source>Version {version} is there</source>
        <translation>Version {version} ist da</translation>
    </message>
    <message>
        <source>{button}, version {version}</source>
        <translation>{button}, Version {version}</translation>
    </message>
    <message>
        <source>no reason given</source>
        <translation>kein Grund genannt</translation>
    </message>
    <message>
        <source>The sign-in was refused in the browser: {reason}.</source>
        <translation>Die Anmeldung wurde im Browser abgelehnt: {reason}.</translation>
    </message>
    <message>
        <source>This version of globus-sdk signs in without PKCE; update the app.</source>
        <translation>Diese Version von globus-sdk meldet ohne PKCE an; aktualisieren Sie die App.</translation>
    </message>
    <message>
        <source>Globus, which knows who you are, cannot be reached. Check the network.</source>
        <translation>Globus, wo Ihre Anmeldung geprüft wird, ist nicht erreichbar. Prüfen Sie das Netz.</translation>
    </message>
    <message>
        <source>Globus did not sign you in ({reason}). Try again.</source>
        <translation>Globus hat Sie nicht angemeldet ({reason}). Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>A sign-in is waiting for the browser already.</source>
        <translation>Eine Anmeldung wartet bereits auf den Browser.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>{name} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>{path} does not hold settings.</source>
        <translation>{path} enthält keine Einstellungen.</translation>
    </message>
    <message>
        <source>{path}: {name} cannot be used: {reason}.</source>
        <translation>{path}: {name} ist nicht verwendbar: {reason}.</translation>
    </message>
    <message>
        <source>The service answered in a form that this app does not know. Is the app up to date?</source>
        <translation>Der Dienst hat in einer Form geantwortet, die diese App nicht kennt. Ist die App aktuell?</translation>
    </message>
    <message>
        <source>The service sent an event that this app cannot read.</source>
        <translation>Der Dienst hat eine Nachricht geschickt, die diese App nicht lesen kann.</translation>
    </message>
    <message>
        <source>{name} cannot be saved: {reason}.</source>
        <translation>{name} kann nicht gespeichert werden: {reason}.</translation>
    </message>
    <message>
        <source>The service sent an address that this app does not open.</source>
        <translation>Der Dienst hat eine Adresse geschickt, die diese App nicht öffnet.</translation>
    </message>
    <message>
        <source>No browser could be opened. Copy the link into one instead.</source>
        <translation>Es ließ sich kein Browser öffnen. Kopieren Sie den Link und öffnen Sie ihn in einem Browser.</translation>
    </message>
    <message>
        <source>No browser could be opened. Choose one as the default in the system&apos;s settings, then try again.</source>
        <translation>Es ließ sich kein Browser öffnen. Legen Sie in den Systemeinstellungen einen als Standard fest, und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>{name} is no page, so it was not opened.</source>
        <translation>{name} ist keine Seite und wurde deshalb nicht geöffnet.</translation>
    </message>
    <message>
        <source>No browser could be opened to show {name}.</source>
        <translation>Es ließ sich kein Browser öffnen, um {name} zu zeigen.</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>Datei oder Ordner nicht gefunden</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>Keine Berechtigung</translation>
    </message>
    <message>
        <source>Operation not permitted</source>
        <translation>Vorgang nicht erlaubt</translation>
    </message>
    <message>
        <source>File exists</source>
        <translation>Dort liegt eine Datei dieses Namens</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>Das ist ein Ordner</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <translation>Das ist kein Ordner</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>Kein Speicherplatz mehr auf dem Datenträger</translation>
    </message>
    <message>
        <source>Disk quota exceeded</source>
        <translation>Zugeteilter Speicherplatz erschöpft</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>Datenträger schreibgeschützt</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>Fehler beim Lesen oder Schreiben des Datenträgers</translation>
    </message>
    <message>
        <source>Device or resource busy</source>
        <translation>Wird gerade anderweitig benutzt</translation>
    </message>
    <message>
        <source>File too large</source>
        <translation>Datei zu groß</translation>
    </message>
    <message>
        <source>File name too long</source>
        <translation>Dateiname zu lang</translation>
    </message>
    <message>
        <source>Too many open files</source>
        <translation>Zu viele offene Dateien</translation>
    </message>
    <message>
        <source>Connection timed out</source>
        <translation>Zeitüberschreitung der Verbindung</translation>
    </message>
    <message>
        <source>Transport endpoint is not connected</source>
        <translation>Verbindung zum Laufwerk getrennt</translation>
    </message>
    <message>
        <source>Host is down</source>
        <translation>Rechner nicht erreichbar</translation>
    </message>
    <message>
        <source>Stale file handle</source>
        <translation>Veralteter Dateiverweis</translation>
    </message>
    <message>
        <source>unknown reason</source>
        <translation>Grund unbekannt</translation>
    </message>
    <message>
        <source>{name} cannot be used: {reason}.</source>
        <translation>{name} ist nicht verwendbar: {reason}.</translation>
    </message>
    <message>
        <source>What was sent cannot be noted in {folder} ({reason}). Make room there, or let the app write there.</source>
        <translation>In {folder} lässt sich nicht vermerken, was schon gesendet ist ({reason}). Schaffen Sie dort Platz, oder geben Sie der App Schreibrecht.</translation>
    </message>
    <message>
        <source>The file store refuses the file.</source>
        <translation>Der Dateispeicher nimmt die Datei nicht an.</translation>
    </message>
    <message>
        <source>bgzip&apos;s mark at the end is missing, so the file may be cut short.</source>
        <translation>Am Ende fehlt die Endemarke von bgzip; die Datei ist vielleicht abgeschnitten.</translation>
    </message>
    <message>
        <source>The file is empty; a VCF file begins with ##fileformat=VCFv4.2.</source>
        <translation>Die Datei ist leer; eine VCF-Datei beginnt mit ##fileformat=VCFv4.2.</translation>
    </message>
    <message>
        <source>{name} has {size:,} bytes; your plan takes files of up to {limit:,} bytes.</source>
        <translation>{name} hat {size:,} Bytes; Ihr Tarif nimmt Dateien bis {limit:,} Bytes.</translation>
    </message>
    <message>
        <source>The folder {name} cannot be read: {reason}. Add it again once it can be.</source>
        <translation>Der Ordner {name} kann nicht gelesen werden: {reason}. Fügen Sie ihn noch einmal hinzu, sobald er lesbar ist.</translation>
    </message>
    <message>
        <source>The file ends at line {line} without the line that begins with #CHROM and names the columns; add it.</source>
        <translation>Die Datei endet bei Zeile {line} ohne die Zeile, die mit #CHROM beginnt und die Spalten nennt; ergänzen Sie diese.</translation>
    </message>
    <message>
        <source>The compressed file is damaged or cut short after line {line}; get it again from where it came from.</source>
        <translation>Die komprimierte Datei ist nach Zeile {line} beschädigt oder abgeschnitten; besorgen Sie sie noch einmal von dort, woher sie kam.</translation>
    </message>
    <message>
        <source>The header speaks of {assembly}; the service knows {first} and {second}.</source>
        <translation>Der Header nennt {assembly}; der Dienst kennt {first} und {second}.</translation>
    </message>
    <message>
        <source>The file has a header and no records, so there is nothing to annotate.</source>
        <translation>Die Datei hat einen Header, aber keine Einträge; es gibt also nichts zu annotieren.</translation>
    </message>
    <message>
        <source>{name} cannot be saved in {folder}: {reason}.</source>
        <translation>{name} kann nicht in {folder} gespeichert werden: {reason}.</translation>
    </message>
    <message>
        <source>{name} came damaged and was not saved. Download it again.</source>
        <translation>{name} kam beschädigt an und wurde nicht gespeichert. Laden Sie die Datei noch einmal herunter.</translation>
    </message>
    <message>
        <source>{name} came damaged. Open it again.</source>
        <translation>{name} kam beschädigt an. Öffnen Sie die Datei noch einmal.</translation>
    </message>
    <message>
        <source>{name} has {size:,} bytes, and {folder} has room for {free:,}. Make room, or save it elsewhere.</source>
        <translation>{name} hat {size:,} Bytes, in {folder} ist aber nur Platz für {free:,}. Schaffen Sie Platz, oder speichern Sie anderswo.</translation>
    </message>
    <message>
        <source>The file store did not give the file. Try the download again.</source>
        <translation>Der Dateispeicher hat die Datei nicht herausgegeben. Versuchen Sie den Download noch einmal.</translation>
    </message>
    <message>
        <source>With {name} these are more than {most:,} files, so none is sent. Choose fewer at once, such as one folder after the other.</source>
        <translation>Mit {name} sind das mehr als {most:,} Dateien, deshalb wird keine gesendet. Wählen Sie weniger auf einmal, etwa einen Ordner nach dem anderen.</translation>
    </message>
    <message>
        <source>{name} changed while it was being sent. Send it again from the start.</source>
        <translation>{name} hat sich während des Sendens geändert. Senden Sie die Datei noch einmal von vorn.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}. Make sure that it is there and that its drive is connected.</source>
        <translation>{name} kann nicht gelesen werden: {reason}. Sorgen Sie dafür, dass die Datei da und ihr Laufwerk verbunden ist.</translation>
    </message>
    <message>
        <source>{name} is empty. A VCF has at least a header.</source>
        <translation>{name} ist leer. Eine VCF-Datei hat zumindest einen Header.</translation>
    </message>
    <message>
        <source>The job of {name} was cancelled or deleted. Try again to send it as a new job.</source>
        <translation>Der Auftrag zu {name} wurde abgebrochen oder gelöscht. Versuchen Sie es noch einmal, um die Datei als neuen Auftrag zu senden.</translation>
    </message>
    <message>
        <source>The file store lost what was sent of {name} twice. Try again later.</source>
        <translation>Der Dateispeicher hat zweimal verloren, was von {name} gesendet war. Versuchen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>{name} changed since a part of it was sent. Send it again from the start, or put it back as it was and try again.</source>
        <translation>{name} hat sich geändert, seit ein Teil davon gesendet wurde. Senden Sie die Datei noch einmal von vorn, oder stellen Sie sie wieder her und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The service cuts files differently than this app. Is the app up to date?</source>
        <translation>Der Dienst teilt Dateien anders auf als diese App. Ist die App aktuell?</translation>
    </message>
    <message>
        <source>The file store refused a part of the file (status {status}).</source>
        <translation>Der Dateispeicher hat einen Teil der Datei nicht angenommen (Status {status}).</translation>
    </message>
    <message>
        <source>The file is not VCF but a ZIP archive; unpack it and upload the VCF file inside.</source>
        <translation>Die Datei ist keine VCF-Datei, sondern ein ZIP-Archiv; entpacken Sie es und laden Sie die VCF-Datei daraus hoch.</translation>
    </message>
    <message>
        <source>The file is not VCF but compressed with bzip2; compress it with bgzip or gzip instead.</source>
        <translation>Die Datei ist keine VCF-Datei, sondern mit bzip2 komprimiert; komprimieren Sie sie stattdessen mit bgzip oder gzip.</translation>
    </message>
    <message>
        <source>The file is not VCF but compressed with xz; compress it with bgzip or gzip instead.</source>
        <translation>Die Datei ist keine VCF-Datei, sondern mit xz komprimiert; komprimieren Sie sie stattdessen mit bgzip oder gzip.</translation>
    </message>
    <message>
        <source>The file is not VCF but compressed with zstd; compress it with bgzip or gzip instead.</source>
        <translation>Die Datei ist keine VCF-Datei, sondern mit zstd komprimiert; komprimieren Sie sie stattdessen mit bgzip oder gzip.</translation>
    </message>
    <message>
        <source>The file is not VCF but a 7-Zip archive; unpack it and upload the VCF file inside.</source>
        <translation>Die Datei ist keine VCF-Datei, sondern ein 7-Zip-Archiv; entpacken Sie es und laden Sie die VCF-Datei daraus hoch.</translation>
    </message>
    <message>
        <source>The file is not VCF but a BAM file of reads; call variants first and upload their VCF.</source>
        <translation>Die Datei ist keine VCF-Datei, sondern eine BAM-Datei mit Reads; bestimmen Sie erst die Varianten und laden Sie deren VCF-Datei hoch.</translation>
    </message>
    <message>
        <source>Line {number}: POS is {found}; it must be a whole number of at most {most:,}.</source>
        <translation>Zeile {number}: POS ist {found}; es muss eine ganze Zahl bis {most:,} sein.</translation>
    </message>
    <message>
        <source>Line {number}: POS is {found}; write it without zeros in front, which other programs take for another number.</source>
        <translation>Zeile {number}: POS ist {found}; schreiben Sie die Zahl ohne führende Nullen, die andere Programme für eine andere Zahl halten.</translation>
    </message>
    <message>
        <source>Line {number} has an empty CHROM, REF or ALT, or a zero byte; write a dot for a missing ALT.</source>
        <translation>In Zeile {number} ist CHROM, REF oder ALT leer, oder sie enthält ein Nullbyte; schreiben Sie für ein fehlendes ALT einen Punkt.</translation>
    </message>
    <message>
        <source>Line {number}: CHROM is {found}; contigs are named in plain ASCII.</source>
        <translation>Zeile {number}: CHROM ist {found}; Contigs haben Namen aus reinem ASCII.</translation>
    </message>
    <message>
        <source>Line 1 is not ##fileformat=VCFv4.x; upload a VCF file, or add this line.</source>
        <translation>Zeile 1 ist nicht ##fileformat=VCFv4.x; laden Sie eine VCF-Datei hoch, oder ergänzen Sie diese Zeile.</translation>
    </message>
    <message>
        <source>The file is VCF {major}.{minor}, which is written differently from VCF 4; convert it, for example with vcftools&apos; vcf-convert.</source>
        <translation>Die Datei ist VCF {major}.{minor}, das anders geschrieben wird als VCF 4; wandeln Sie sie um, zum Beispiel mit vcf-convert aus vcftools.</translation>
    </message>
    <message>
        <source>Line {number} should begin with #CHROM and name the columns, after the lines that begin with ##.</source>
        <translation>Zeile {number} sollte mit #CHROM beginnen und die Spalten nennen, nach den Zeilen, die mit ## beginnen.</translation>
    </message>
    <message>
        <source>Line {number} should name the columns #CHROM, POS, ID, REF, ALT, QUAL, FILTER, INFO and then FORMAT and samples if there are any, separated by tabs.</source>
        <translation>Zeile {number} sollte die Spalten #CHROM, POS, ID, REF, ALT, QUAL, FILTER, INFO und danach, falls vorhanden, FORMAT und die Proben nennen, durch Tabulatoren getrennt.</translation>
    </message>
    <message>
        <source>Line {number} is empty; remove it.</source>
        <translation>Zeile {number} ist leer; entfernen Sie sie.</translation>
    </message>
    <message>
        <source>Line {number} has 1 column; VCF needs at least 8. Separate them by tabs.</source>
        <translation>Zeile {number} hat 1 Spalte; VCF braucht mindestens 8. Trennen Sie sie durch Tabulatoren.</translation>
    </message>
    <message>
        <source>Line {number} has 1 column; VCF needs at least 8.</source>
        <translation>Zeile {number} hat 1 Spalte; VCF braucht mindestens 8.</translation>
    </message>
    <message>
        <source>Line {number} has {found} columns; VCF needs at least 8.</source>
        <translation>Zeile {number} hat {found} Spalten; VCF braucht mindestens 8.</translation>
    </message>
    <message>
        <source>Line {number} has {found} columns; the header names {columns}. Correct one of them.</source>
        <translation>Zeile {number} hat {found} Spalten; der Header nennt {columns}. Berichtigen Sie eines von beiden.</translation>
    </message>
    <message>
        <source>Crash report saved</source>
        <translation>Absturzbericht gespeichert</translation>
    </message>
    <message>
        <source>The app crashed last time</source>
        <translation>Die App ist beim letzten Mal abgestürzt</translation>
    </message>
    <message>
        <source>It was stopped without warning, and this says where. The app sends nothing. If you want to tell somebody, save it, but look first for what should not leave this machine. Once it is saved or discarded, the app keeps no copy.</source>
        <translation>Sie wurde ohne Vorwarnung beendet, und hier steht, wo. Die App sendet nichts. Wenn Sie es jemandem melden möchten, speichern Sie den Bericht, aber sehen Sie vorher nach, ob etwas darin diesen Rechner nicht verlassen soll. Ist er gespeichert oder verworfen, behält die App keine Kopie.</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>{sentence} It is saved as {place}.</source>
        <translation>{sentence} Gespeichert ist der Bericht als {place}.</translation>
    </message>
    <message>
        <source>The result is being restored from the archive; it will be back by itself.</source>
        <translation>Das Ergebnis wird aus dem Archiv zurückgeholt; es ist von selbst wieder da.</translation>
    </message>
    <message>
        <source>The free plan&apos;s time to download this result is over. Upgrade to Premium and it is restored from the archive.</source>
        <translation>Die Zeit, dieses Ergebnis im Gratis-Tarif herunterzuladen, ist um. Wechseln Sie zu Premium, dann wird es aus dem Archiv zurückgeholt.</translation>
    </message>
    <message>
        <source>There is no log yet: it is written when the job ends.</source>
        <translation>Es gibt noch kein Protokoll: Es wird geschrieben, wenn der Auftrag endet.</translation>
    </message>
    <message>
        <source>The file was not uploaded, so it cannot be downloaded.</source>
        <translation>Die Datei wurde nicht hochgeladen und kann deshalb nicht heruntergeladen werden.</translation>
    </message>
    <message>
        <source>The result has no table, so it cannot be shown; annotate the file again.</source>
        <translation>Das Ergebnis hat keine Tabelle und kann deshalb nicht gezeigt werden; annotieren Sie die Datei noch einmal.</translation>
    </message>
    <message>
        <source>The result has no summary; annotate the file again.</source>
        <translation>Das Ergebnis hat keinen Überblick; annotieren Sie die Datei noch einmal.</translation>
    </message>
    <message>
        <source>The result has no frequencies: its reference bundle has no gnomAD.</source>
        <translation>Das Ergebnis hat keine Häufigkeiten: Sein Referenzpaket enthält gnomAD nicht.</translation>
    </message>
    <message>
        <source>The result has no clinical significance: its reference bundle has no ClinVar.</source>
        <translation>Das Ergebnis hat keine klinische Bedeutung: Sein Referenzpaket enthält ClinVar nicht.</translation>
    </message>
    <message>
        <source>Too many results are being read; try again soon.</source>
        <translation>Gerade werden zu viele Ergebnisse gelesen; versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>Earlier requests of yours are still being worked on; wait for their end.</source>
        <translation>Frühere Anfragen von Ihnen werden noch bearbeitet; warten Sie, bis sie fertig sind.</translation>
    </message>
    <message>
        <source>The sign-in cannot be checked with Globus now. Try again in a minute.</source>
        <translation>Die Anmeldung lässt sich gerade nicht bei Globus prüfen. Versuchen Sie es in einer Minute noch einmal.</translation>
    </message>
    <message>
        <source>You have not let the app use this service. Sign out, sign in and agree to it.</source>
        <translation>Sie haben der App nicht erlaubt, diesen Dienst zu nutzen. Melden Sie sich ab und wieder an, und stimmen Sie zu.</translation>
    </message>
    <message>
        <source>This account is being deleted, with all that was in it. When that is done, in some minutes, signing in makes a new one.</source>
        <translation>Dieses Konto wird gerade gelöscht, mit allem, was darin war. Wenn das in einigen Minuten fertig ist, legt eine Anmeldung ein neues an.</translation>
    </message>
    <message>
        <source>The account has a subscription already. Manage it on the billing page: there it is paid, changed and ended.</source>
        <translation>Das Konto hat bereits ein Abonnement. Verwalten Sie es auf der Zahlungsseite: Dort wird es bezahlt, geändert und beendet.</translation>
    </message>
    <message>
        <source>The account has had no subscription so far, so there is nothing to manage. Upgrade to Premium first.</source>
        <translation>Das Konto hatte bisher kein Abonnement, also gibt es nichts zu verwalten. Wechseln Sie zuerst zu Premium.</translation>
    </message>
    <message>
        <source>The file unpacks to more than 1 TB; split it by chromosome.</source>
        <translation>Die Datei ist entpackt größer als 1 TB; teilen Sie sie nach Chromosomen auf.</translation>
    </message>
    <message>
        <source>The header is longer than 64 MB; remove lines from it.</source>
        <translation>Der Header ist länger als 64 MB; entfernen Sie Zeilen daraus.</translation>
    </message>
    <message>
        <source>The contig lengths in the header are those of no assembly that is known here.</source>
        <translation>Die Contig-Längen im Header gehören zu keiner Genomversion, die hier bekannt ist.</translation>
    </message>
    <message>
        <source>a quotation mark that is not closed</source>
        <translation>ein Anführungszeichen, das nicht geschlossen wird</translation>
    </message>
    <message>
        <source>the end</source>
        <translation>das Ende</translation>
    </message>
    <message>
        <source>Line {number} reaches beyond position {most:,}, where no human chromosome has bases; correct POS, END or SVLEN.</source>
        <translation>Zeile {number} reicht über Position {most:,} hinaus, wo kein menschliches Chromosom Basen hat; berichtigen Sie POS, END oder SVLEN.</translation>
    </message>
    <message>
        <source>Line {number} is longer than 64 MB; no VCF record is.</source>
        <translation>Zeile {number} ist länger als 64 MB; so lang ist kein VCF-Eintrag.</translation>
    </message>
    <message>
        <source>The compressed file is damaged or cut short after line {line}; upload it again.</source>
        <translation>Die komprimierte Datei ist nach Zeile {line} beschädigt oder abgeschnitten; laden Sie sie noch einmal hoch.</translation>
    </message>
    <message>
        <source>REF differs from {assembly} in {differing:,} of {sampled:,} sampled records, so the file is on another assembly. {remedy}</source>
        <translation>REF weicht in {differing:,} von {sampled:,} geprüften Einträgen von {assembly} ab; die Datei gehört also zu einer anderen Genomversion. {remedy}</translation>
    </message>
    <message>
        <source>The contig lengths in the header are those of {assembly}. {remedy}</source>
        <translation>Die Contig-Längen im Header sind die von {assembly}. {remedy}</translation>
    </message>
    <message>
        <source>The header&apos;s ##reference names {assembly} ({found}). {remedy}</source>
        <translation>##reference im Header nennt {assembly} ({found}). {remedy}</translation>
    </message>
    <message>
        <source>No reference for {assembly} is installed. {remedy}</source>
        <translation>Es ist keine Referenz für {assembly} installiert. {remedy}</translation>
    </message>
    <message>
        <source>Installed: {listed}. Upload a file on one of these, or have its reference installed.</source>
        <translation>Installiert: {listed}. Laden Sie eine Datei zu einer davon hoch, oder lassen Sie die passende Referenz installieren.</translation>
    </message>
    <message>
        <source>The file has {size:,} bytes; the free plan takes files of up to {limit:,} bytes. Upgrade to Premium to annotate files of any size.</source>
        <translation>Die Datei hat {size:,} Bytes; der Gratis-Tarif nimmt Dateien bis {limit:,} Bytes. Wechseln Sie zu Premium, um Dateien jeder Größe zu annotieren.</translation>
    </message>
    <message>
        <source>{arrived:,} bytes arrived where {announced:,} were announced. The file seems to have changed; send it again.</source>
        <translation>{arrived:,} Bytes kamen an, {announced:,} waren angekündigt. Die Datei hat sich wohl geändert; senden Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>The result&apos;s table has no column {name}; annotate the file again.</source>
        <translation>Die Tabelle des Ergebnisses hat keine Spalte {name}; annotieren Sie die Datei noch einmal.</translation>
    </message>
    <message>
        <source>{found} is not a region; write 20, 20:100-2000, 20:100- or 20:100, with positions from 1 and the first not after the last.</source>
        <translation>{found} ist keine Region; schreiben Sie 20, 20:100-2000, 20:100- oder 20:100, mit Positionen ab 1 und der ersten nicht hinter der letzten.</translation>
    </message>
    <message>
        <source>At character {at} of the query {what}</source>
        <translation>Zeichen {at} der Abfrage: {what}</translation>
    </message>
    <message>
        <source>there is {found}, which cannot be read.</source>
        <translation>Hier steht {found}; das ist nicht lesbar.</translation>
    </message>
    <message>
        <source>there is no column {name}.{hint}</source>
        <translation>Es gibt keine Spalte {name}.{hint}</translation>
    </message>
    <message>
        <source> Did you mean {similar}?</source>
        <translation> Meinten Sie {similar}?</translation>
    </message>
    <message>
        <source>there is more than {most} deep in parentheses or “not”.</source>
        <translation>Klammern oder „not“ sind mehr als {most}-mal verschachtelt.</translation>
    </message>
    <message>
        <source>{found} follows, where “and” or “or” should.</source>
        <translation>Hier folgt {found}, wo „and“ oder „or“ stehen sollte.</translation>
    </message>
    <message>
        <source>{found} follows the column {name}; write =, !=, &lt;, &lt;=, &gt;, &gt;=, ~, !~, “in” or “is”.</source>
        <translation>Auf die Spalte {name} folgt {found}; schreiben Sie =, !=, &lt;, &lt;=, &gt;, &gt;=, ~, !~, „in“ oder „is“.</translation>
    </message>
    <message>
        <source>{found} stands where the name of a column should.</source>
        <translation>Hier steht {found}, wo der Name einer Spalte stehen sollte.</translation>
    </message>
    <message>
        <source>{found} stands where a value should.</source>
        <translation>Hier steht {found}, wo ein Wert stehen sollte.</translation>
    </message>
    <message>
        <source>{found} stands where “{word}” should.</source>
        <translation>Hier steht {found}, wo „{word}“ stehen sollte.</translation>
    </message>
    <message>
        <source>{name} holds numbers: ~ is for text.</source>
        <translation>{name} enthält Zahlen: ~ ist für Text.</translation>
    </message>
    <message>
        <source>{found} is not a number.</source>
        <translation>{found} ist keine Zahl.</translation>
    </message>
    <message>
        <source>{name} is true or false: write {name} = true.</source>
        <translation>{name} ist wahr oder falsch; schreiben Sie {name} = true.</translation>
    </message>
    <message>
        <source>On the free plan you can make {most} jobs an hour. Send this file later, or upgrade to Premium. Try again in {seconds} s.</source>
        <translation>Im Gratis-Tarif können Sie {most} Aufträge in der Stunde anlegen. Senden Sie diese Datei später, oder wechseln Sie zu Premium. Nächster Versuch in {seconds} s möglich.</translation>
    </message>
    <message>
        <source>There are too many requests of this account at the moment. Try again in {seconds} s.</source>
        <translation>Von diesem Konto kommen gerade zu viele Anfragen. Versuchen Sie es in {seconds} s noch einmal.</translation>
    </message>
    <message>
        <source>Your plan takes files of up to {size}.</source>
        <translation>Ihr Tarif nimmt Dateien bis {size}.</translation>
    </message>
    <message>
        <source>plain text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Quit before the export is saved?</source>
        <translation>Beenden, bevor der Export gespeichert ist?</translation>
    </message>
    <message>
        <source>{file} is not complete. If you quit now, nothing of it is kept.</source>
        <translation>{file} ist noch nicht vollständig. Wenn Sie jetzt beenden, bleibt nichts davon erhalten.</translation>
    </message>
    <message>
        <source>Go on exporting</source>
        <translation>Weiter exportieren</translation>
    </message>
    <message>
        <source>No annotation service that this app knows answers at {server}. Another server can be entered under “Connection…”.</source>
        <translation>Unter {server} antwortet kein Annotationsdienst, den diese App kennt. Einen anderen Server können Sie unter „Verbindung…“ eintragen.</translation>
    </message>
    <message>
        <source>The service cannot be reached. Check the network; the app keeps trying.</source>
        <translation>Der Dienst ist nicht erreichbar. Prüfen Sie das Netz; die App versucht es weiter.</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>und %Ln weitere</numerusform>
            <numerusform>und %Ln weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>The service takes no more requests for now.</source>
        <translation>Der Dienst nimmt gerade keine weiteren Anfragen an.</translation>
    </message>
    <message>
        <source>Goes on at {time}: the service takes no more for now.</source>
        <translation>Weiter um {time}: Der Dienst nimmt gerade nichts mehr an.</translation>
    </message>
    <message>
        <source>Goes on at {time}: your plan takes {most} jobs an hour.</source>
        <translation>Weiter um {time}: Ihr Tarif nimmt {most} Aufträge in der Stunde.</translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation>Sortieren nach</translation>
    </message>
    <message>
        <source>Cancel the transfer of {file}?</source>
        <translation>Übertragung von {file} abbrechen?</translation>
    </message>
    <message>
        <source>What has been transferred so far is thrown away. Pause the transfer to keep it.</source>
        <translation>Was schon übertragen ist, wird verworfen. Halten Sie die Übertragung an, um es zu behalten.</translation>
    </message>
    <message>
        <source>Cancel transfer</source>
        <translation>Übertragung abbrechen</translation>
    </message>
    <message>
        <source>Cancel {transfers}?</source>
        <translation>{transfers} abbrechen?</translation>
    </message>
    <message>
        <source>What has been transferred so far is thrown away. Pause the transfers to keep it.</source>
        <translation>Was schon übertragen ist, wird verworfen. Halten Sie die Übertragungen an, um es zu behalten.</translation>
    </message>
    <message>
        <source>Cancel transfers</source>
        <translation>Übertragungen abbrechen</translation>
    </message>
    <message>
        <source>A new one was begun. Send files again that are neither in it nor among your annotations, and save again the results that are missing. The old list is kept as {file}.</source>
        <translation>Eine neue wurde begonnen. Senden Sie Dateien noch einmal, die weder darin noch unter Ihren Annotationen stehen, und speichern Sie fehlende Ergebnisse noch einmal. Die alte Liste liegt in {file}.</translation>
    </message>
    <message>
        <source>The list of transfers could not be read</source>
        <translation>Die Liste der Übertragungen war nicht lesbar</translation>
    </message>
    <message>
        <source>Save again those that you need, and choose the columns of the variants again. The old file is kept as {file}.</source>
        <translation>Speichern Sie die noch einmal, die Sie brauchen, und wählen Sie die Spalten der Varianten neu. Die alte Datei liegt in {file}.</translation>
    </message>
    <message>
        <source>Your saved filters could not be read</source>
        <translation>Ihre gespeicherten Filter waren nicht lesbar</translation>
    </message>
    <message>
        <source>The result cannot be viewed</source>
        <translation>Das Ergebnis kann nicht angesehen werden</translation>
    </message>
    <message>
        <source>Its annotation is not in your list; perhaps it was deleted.</source>
        <translation>Die Annotation dazu ist nicht in Ihrer Liste; vielleicht wurde sie gelöscht.</translation>
    </message>
    <message>
        <source>{file} cannot be viewed</source>
        <translation>{file} kann nicht angesehen werden</translation>
    </message>
    <message>
        <source>The saved file is in {folder}.</source>
        <translation>Die gespeicherte Datei liegt in {folder}.</translation>
    </message>
    <message>
        <source>The saved filters and chosen columns cannot be read or written: {reason}.</source>
        <translation>Die gespeicherten Filter und gewählten Spalten lassen sich nicht lesen oder schreiben: {reason}.</translation>
    </message>
</context>
</TS>
