# Takes memory until there is none.
# outcome: out_of_memory OutOfMemory
# needs: cgroups
hoard = []
while True:
    hoard.append(bytearray(16 * 1024 * 1024))
