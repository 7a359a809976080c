"""Archives with Python's zipfile."""

import os
import shutil
import zipfile

from protocol import Case, expect_equal, serve


class Zip(Case):
    def __init__(self, *args):
        super().__init__(*args)
        self.target = os.path.join(self.folder, "project.zip")

    def prepare(self):
        if os.path.exists(self.target):
            os.unlink(self.target)

    def run(self):
        root = os.path.join(self.shared, "project")
        with zipfile.ZipFile(self.target, "w", zipfile.ZIP_DEFLATED) as archive:
            for folder, _, files in os.walk(root):
                for name in files:
                    path = os.path.join(folder, name)
                    archive.write(path, os.path.relpath(path, root))

    def check(self):
        with zipfile.ZipFile(self.target) as archive:
            expect_equal("number of entries", len(archive.namelist()), self.size["files"])


class Unzip(Case):
    def __init__(self, *args):
        super().__init__(*args)
        self.target = os.path.join(self.folder, "unpacked")

    def prepare(self):
        shutil.rmtree(self.target, ignore_errors=True)

    def run(self):
        with zipfile.ZipFile(os.path.join(self.shared, "project.zip")) as archive:
            archive.extractall(self.target)

    def check(self):
        files = sum(len(files) for _, _, files in os.walk(self.target))
        expect_equal("number of files", files, self.size["files"])


serve({"zip": Zip, "unzip": Unzip})
