"""XML with xml.dom.minidom."""

import os
import shutil
from xml.dom import minidom

from protocol import Case, expect_equal, serve


def operation(i):
    return {
        "gid": f"00112233-4455-6677-8899-{i:012d}",
        "user_group": 'a <group> & its "name"',
        "parameters": f'{{"simulation_length": {i}, "integrator": "HeunDeterministic", "coupling": [0.1, 0.2]}}',
        "create_date": "2024-02-27 15:11:16.101258",
        "start_date": "2024-02-27 15:11:17.000001",
        "completion_date": "2024-02-27 15:12:16.999999",
        "status": "5-FINISHED",
        "visible": True,
        "estimated_disk_size": i * 17,
        "range_values": None,
        "additional_info": "naïve ☃ text of some length, as users write it into a description field",
        "fk_launched_by": 1,
    }


class Write(Case):
    def __init__(self, *args):
        super().__init__(*args)
        self.target = os.path.join(self.folder, "xml")

    def prepare(self):
        shutil.rmtree(self.target, ignore_errors=True)
        os.mkdir(self.target)

    def run(self):
        for i in range(self.size["files"]):
            document = minidom.Document()
            root = document.createElement("tvb_data")
            root.setAttribute("Data_version", "5")
            document.appendChild(root)
            for key, value in operation(i).items():
                element = document.createElement(key)
                element.appendChild(document.createTextNode(str(value)))
                root.appendChild(element)
            path = os.path.join(self.target, f"Operation_{i}.xml")
            with open(path + ".new", "w", encoding="utf-8") as file:
                document.writexml(file, addindent="\t", newl="\n")
                file.flush()
                os.fdatasync(file.fileno())
            os.replace(path + ".new", path)

    def check(self):
        with open(os.path.join(self.target, "Operation_7.xml"), encoding="utf-8") as file:
            if "\t<estimated_disk_size>119</estimated_disk_size>\n" not in file.read():
                raise AssertionError("a file lacks its key")


class Parse(Case):
    def run(self):
        for i in range(self.size["files"]):
            document = minidom.parse(os.path.join(self.shared, f"Operation_{i}.xml"))
            self.last = {}
            for node in document.documentElement.childNodes:
                if node.nodeType == node.ELEMENT_NODE:
                    self.last[node.tagName] = "".join(child.data for child in node.childNodes).strip()

    def check(self):
        expect_equal("estimated_disk_size", self.last["estimated_disk_size"], str((self.size["files"] - 1) * 17))


serve({"xml-write": Write, "xml-parse": Parse})
