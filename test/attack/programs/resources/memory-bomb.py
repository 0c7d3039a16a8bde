# Wants all memory of the machine in one process.
# outcome: error MemoryError | out_of_memory
hoard = []
while True:
    hoard.append(bytearray(16 * 1024 * 1024))
