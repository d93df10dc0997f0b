"""Prints what a running LibreOffice thinks of the signatures of workbooks and PDFs; runs under the Python with `uno`.

Called with the name of the pipe LibreOffice listens at and the files; prints the file's name and, for each
signature, whether it is valid and the state of its certificate (0 is trusted).
"""

import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.embed.ElementModes import READ


def connected(pipe):
    """The component context of LibreOffice once it listens; it takes a while to start."""
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    for _ in range(400):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.1)
    sys.exit("LibreOffice does not answer")


def opened(context, file):
    """The file as a plain zip: as a package of its own kind LibreOffice finds no signatures in it."""
    factory = context.ServiceManager.createInstanceWithContext("com.sun.star.embed.StorageFactory", context)
    form = PropertyValue()
    form.Name, form.Value = "StorageFormat", "ZipFormat"
    options = uno.Any("[]com.sun.star.beans.PropertyValue", (form,))
    arguments = (uno.systemPathToFileUrl(file), READ, options)
    return uno.invoke(factory, "createInstanceWithArguments", (arguments,))


def signatures(judge, context, file):
    """What is found in a file; a PDF is no storage, and is handed over as the stream it is."""
    if not file.endswith(".pdf"):
        return judge.verifyDocumentContentSignatures(opened(context, file), None)
    access = context.ServiceManager.createInstanceWithContext("com.sun.star.ucb.SimpleFileAccess", context)
    return judge.verifyDocumentContentSignatures(None, access.openFileRead(uno.systemPathToFileUrl(file)))


def main():
    """Judge every file."""
    pipe, *files = sys.argv[1:]
    context = connected(pipe)
    judge = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.security.DocumentDigitalSignatures", context
    )
    for file in files:
        found = signatures(judge, context, file)
        words = [f"{one.SignatureIsValid}/{one.CertificateStatus}" for one in found]
        print(Path(file).name, *words, flush=True)


main()
